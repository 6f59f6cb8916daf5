import { type GraphQLInputType, type GraphQLObjectType, getNamedType, isInputObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schema } from "../../src/schema.ts";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { digestOf, signUpVictim, unknownTask, unknownUser, uuidOf, type Victim } from "./pair.ts";

let server: TestServer;
let victim: Victim;
let attacker: Person;

beforeAll(async () => {
  server = await startServer();
  victim = await signUpVictim(server, "canary-of-the-victim");
  attacker = await signUp(server, "attacker");
});
afterAll(() => server.close());

const error = "... on Error { __typename message }";
const task = "task { id title description version }";
const single = "{ __typename id ... on Task { title } ... on User { email } }";

/** How to use an id in each place that takes one: all that the operation can do with it. */
const uses: Record<string, { document: string; variables: (id: string) => object }[]> = {
  "Query.task(id)": [
    { document: `query ($id: ID!) { task(id: $id) { id title } }`, variables: (id) => ({ id }) },
  ],
  "Query.node(id)": [
    { document: `query ($id: ID!) { node(id: $id) ${single} }`, variables: (id) => ({ id }) },
  ],
  "Query.nodes(ids)": [
    {
      document: `query ($ids: [ID!]!) { nodes(ids: $ids) ${single} }`,
      variables: (id) => ({ ids: [id, id] }),
    },
  ],
  "Mutation.updateTask(input.id)": [
    { title: "stolen" },
    { completed: true, expectedVersion: 1 },
    { completed: false },
    { expectedVersion: 99 },
    { title: "" },
    {},
  ].map((change) => ({
    document: `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) {
      ... on UpdateTaskPayload { ${task} } ${error} ... on ConflictError { currentVersion } } }`,
    variables: (id: string) => ({ input: { id, ...change } }),
  })),
  "Mutation.deleteTask(input.id)": [
    {
      document: `mutation ($input: DeleteTaskInput!) { deleteTask(input: $input) {
        ... on DeleteTaskPayload { deletedTaskId } ${error} } }`,
      variables: (id) => ({ input: { id } }),
    },
  ],
  "Mutation.restoreTask(input.id)": [
    {
      document: `mutation ($input: RestoreTaskInput!) { restoreTask(input: $input) {
        ... on RestoreTaskPayload { ${task} } ${error} } }`,
      variables: (id) => ({ input: { id } }),
    },
  ],
};

/** Every place below an argument where an id can stand. */
function idsBelow(type: GraphQLInputType, path: string, seen: string[] = []): string[] {
  const named = getNamedType(type);
  if (named.name === "ID") return [path];
  if (!isInputObjectType(named) || seen.includes(named.name)) return [];
  const inside = [...seen, named.name];
  return Object.values(named.getFields()).flatMap((field) =>
    idsBelow(field.type, `${path}.${field.name}`, inside),
  );
}

/** Every argument of any field of any type that takes an id. */
const idArguments = Object.values(schema.getTypeMap())
  .filter((type): type is GraphQLObjectType => "getInterfaces" in type && !type.name.startsWith("__"))
  .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
  .flatMap(({ type, field }) =>
    field.args.flatMap((arg) =>
      idsBelow(arg.type, arg.name).map((path) => `${type.name}.${field.name}(${path})`),
    ),
  );

const places = Object.entries(uses).flatMap(([place, ways]) => ways.map((way) => ({ place, ...way })));

/** What a caller can tell two answers apart by, but for the time of day. */
function tellingPartOf({ status, text, headers }: Answer) {
  const telling = [...headers].filter(([name]) => !["date", "x-request-id"].includes(name)).sort();
  return { status, text, headers: telling };
}

const foreignIds = () => [...victim.taskIds.slice(0, 2), victim.deletedTaskId, victim.person.id];

describe("an id of somebody else's", () => {
  it("has all its places in the schema covered here", () => {
    expect(Object.keys(uses).sort()).toEqual([...idArguments].sort());
  });

  it.each(places)("in $place is answered as one that there never was, and changes nothing", async (use) => {
    const before = await digestOf(server, victim.person);
    const own = await digestOf(server, attacker);
    for (const id of foreignIds()) {
      const unknown = Buffer.from(id, "base64").toString().startsWith("Task") ? unknownTask : unknownUser;
      const foreign = await attacker.send(use.document, use.variables(id));
      const random = await attacker.send(use.document, use.variables(unknown));
      expect(tellingPartOf(foreign)).toEqual(tellingPartOf(random));
      expect(foreign.text).not.toContain(victim.canary);
      expect(foreign.status).toBe(200);
    }
    expect(await digestOf(server, victim.person)).toBe(before);
    expect(await digestOf(server, attacker)).toBe(own);
  });

  it.each(places)(
    "in $place gets anybody without a credential a challenge, and nothing else",
    async (use) => {
      const before = await digestOf(server, victim.person);
      for (const id of [...foreignIds(), unknownTask, "x"]) {
        const answer = await server.graphql.send(use.document, use.variables(id));
        expect(answer.status).toBe(401);
        expect(answer.headers.get("WWW-Authenticate")).toBe('Bearer realm="ownlist"');
        expect(answer.errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
        expect(Object.values(answer.data ?? {}).filter((value) => value !== null)).toEqual([]);
        expect(answer.text).not.toContain(victim.canary);
      }
      expect(await digestOf(server, victim.person)).toBe(before);
    },
  );

  it.each(places)("in $place gets somebody whose account is gone a 401, their own ids too", async (use) => {
    const gone = await signUp(server, "gone");
    const id = await gone.addTask({ title: "mine once" });
    await server.pool.query("DELETE FROM users WHERE id = $1", [uuidOf(gone.id)]);
    for (const one of [id, gone.id, ...foreignIds()]) {
      const answer = await gone.send(use.document, use.variables(one));
      expect(answer.status).toBe(401);
      expect(answer.headers.get("WWW-Authenticate")).toBe('Bearer realm="ownlist", error="invalid_token"');
      expect(answer.data ?? null).toBeNull();
    }
  });
});

describe("every other operation", () => {
  const anonymous = ["signup", "login", "viewer"];
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}),
  );

  it("but signing up, logging in and asking who one is needs a credential", async () => {
    const needing = fields.map(({ name }) => name).filter((name) => !anonymous.includes(name));
    expect(needing.length).toBeGreaterThanOrEqual(8);
    const documents: Record<string, string> = {
      tasks: "{ tasks { totalCount } }",
      createTask: 'mutation { createTask(input: { title: "t" }) { __typename } }',
    };
    const covered = [...Object.keys(documents), ...Object.keys(uses).map((place) => place.split(/[.(]/)[1])];
    expect(new Set(needing)).toEqual(new Set(covered));
    for (const document of Object.values(documents)) {
      const answer = await server.graphql.send(document);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("WWW-Authenticate")).toBe('Bearer realm="ownlist"');
    }
    expect((await server.graphql.data("{ viewer { id } }")).viewer).toBeNull();
  });

  it("shows nothing of one user to another, however much of it is asked for", async () => {
    await attacker.addTask({ title: "my own" });
    const answer = await attacker.send(
      `{ viewer { id email name createdAt } tasks(first: 100) { totalCount pageInfo { startCursor endCursor }
        edges { cursor node { id title description due { date } } } } }`,
    );
    expect(answer.text).toContain("my own");
    expect(answer.text).not.toContain(victim.canary);
    expect(answer.data.tasks.totalCount).toBe(1);
  });
});
