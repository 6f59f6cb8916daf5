import {
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  isInterfaceType,
  isObjectType,
} from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeExpired } from "../../src/db/expired.ts";
import { schema } from "../../src/features/schema.ts";
import { encodeId } from "../../src/schema/ids.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi } from "../tasks/task-api.ts";

const minute = 60 * 1000;
const day = 24 * 60 * minute;
const start = Date.parse("2026-11-21T12:00:00.000Z");

/** The server's clock. */
let now = start;
let server: TestServer;
let person: Person;
/** One object's of each type. */
const ids: string[] = [];

const mutation = (name: string, input: string, fields: string) =>
  `mutation { ${name}(input: ${input}) { ... on Error { message } ... on ${fields} } }`;

beforeAll(async () => {
  now = start;
  const sessions = {
    jwtExpiresIn: (400 * day) / 1000,
    refreshIdle: (400 * day) / 1000,
    sessionMax: (400 * day) / 1000,
  };
  server = await startServer({ sessions, now: () => new Date(now) });
  person = await signUp(server);
  const login = `{ email: "${person.email}", password: "${password}" }`;
  const other = await server.graphql.data(mutation("login", login, "AuthPayload { accessToken }"));
  const { sid } = JSON.parse(Buffer.from(other.login.accessToken.split(".")[1], "base64url").toString());
  await server.admin.query("UPDATE sessions SET expires_at = $1 WHERE id = $2", [
    new Date(start + 10 * day),
    sid,
  ]);
  const expiresAt = new Date(start + day).toISOString();
  const token = `{ name: "t", scopes: [TASKS_READ], expiresAt: "${expiresAt}" }`;
  const { createPersonalToken } = await person.data(
    mutation("createPersonalToken", token, "CreatePersonalTokenPayload { personalToken { id } }"),
  );
  const { securityEvents } = await person.data("{ securityEvents(first: 1) { edges { node { id } } } }");
  const api = createTaskApi(person);
  const task = await api.add({ title: "one", due: { date: "2026-11-22" } });
  await api.remove((await api.add({ title: "deleted" })).id);
  ids.push(task.id, person.id, encodeId("Session", sid));
  ids.push(createPersonalToken.personalToken.id, securityEvents.edges[0].node.id);
});
afterAll(() => server.close());

type Field = GraphQLField<unknown, unknown>;

const isSteady = ({ extensions }: Field) => extensions.varies !== true;

/** Everything below a type that, as far as anybody has said, does not vary; four levels of it. */
function selectionOf(type: GraphQLOutputType, depth = 4): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return "";
  if (depth === 0) return "{ __typename }";
  const inner = Object.values(named.getFields()).filter(isSteady);
  return `{ __typename ${inner.map((field) => `${field.name} ${selectionOf(field.type, depth - 1)}`).join(" ")} }`;
}

/** The same, one for each type that it can be: what they have in common may differ in kind. */
function selectionsOf(type: GraphQLOutputType): string[] {
  const named = getNamedType(type);
  if (!isInterfaceType(named)) return [selectionOf(type)];
  return schema
    .getPossibleTypes(named)
    .map((kind) => `{ __typename ... on ${kind.name} ${selectionOf(kind)} }`);
}

const fields = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(isSteady);

/** @returns the variables with which a field is asked, once for each object where it takes one's id */
function variablesOf({ args }: Field): object[] {
  const takes = (name: string) => args.some((arg) => arg.name === name);
  return takes("id") ? ids.map((id) => ({ id })) : [takes("ids") ? { ids } : {}];
}

function documentsOf({ name, args, type }: Field): string[] {
  const required = args.filter((arg) => /!$/.test(String(arg.type)));
  const definitions = required.map((arg) => `$${arg.name}: ${arg.type}`).join();
  const given = required.map((arg) => `${arg.name}: $${arg.name}`).join();
  const [head, tail] = given === "" ? ["", ""] : [`(${definitions})`, `(${given})`];
  return selectionsOf(type).map((selection) => `query ${head} { ${name} ${tail} ${selection} }`);
}

describe("whatever is asked, as time goes on", () => {
  const requestsOf = (field: Field) =>
    documentsOf(field).flatMap((query) =>
      variablesOf(field).map((variables) => ({
        name: field.name,
        query,
        variables,
        seen: new Set<string>(),
      })),
    );
  type Request = ReturnType<typeof requestsOf>[number];
  let asked = 0;

  /** Asks as before, so that an answer that was kept is given; and in other words, so that none can be. */
  async function compare({ query, variables, seen }: Request): Promise<void> {
    const again = [];
    for (let use = 0; use < 3; use++) again.push((await person.send(query, variables)).text);
    const anew = (await person.send(`${query} # ${asked++}`, variables)).text;
    expect(new Set(again), query).toEqual(new Set([anew]));
    expect(anew, query).not.toContain('"errors"');
    seen.add(anew);
  }

  it("is answered as it would be for the first time", async () => {
    expect(fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["viewer", "node", "tasks", "sessions"]),
    );
    const requests = fields.flatMap(requestsOf);
    for (const passed of [0, minute, day, 10 * day, 31 * day, 181 * day]) {
      now = start + passed + 1;
      await Promise.all(requests.map(compare));
      await removeExpired(server.bound, new Date(now));
      await Promise.all(requests.map(compare));
    }
    const changed = requests.filter(({ seen }) => seen.size > 1).map(({ name }) => name);
    expect([...new Set(changed)].sort()).toEqual([
      "node",
      "nodes",
      "personalTokens",
      "securityEvents",
      "sessions",
    ]);
  });
});
