import type { GraphQLSchema } from "graphql";
import { createSchema } from "graphql-yoga";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { varying } from "../../src/features/kit/builder.ts";
import { schema } from "../../src/features/schema.ts";
import { createAnalyse } from "../../src/graphql/analysis.ts";
import { createAnswerCache } from "../../src/graphql/answer-cache.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { uuidOf } from "../isolation/pair.ts";
import { createTaskApi } from "../tasks/task-api.ts";

let server: TestServer;
let ann: Person;
let ben: Person;

beforeAll(async () => {
  server = await startServer();
  [ann, ben] = [await signUp(server, "ann"), await signUp(server, "ben")];
});
afterAll(() => server.close());

const list = "{ viewer { name } tasks { totalCount edges { cursor node { id title completed } } } }";

/** @returns how many statements an operation costs besides the one that finds out who asks */
async function costOf(person: Person, query: string, variables = {}): Promise<number> {
  const statements = await server.statements(() => person.send(query, variables));
  expect(statements[0]).toContain("FROM public.sessions JOIN public.users");
  return statements.length - 1;
}

describe("a query asked again", () => {
  it("is answered to the letter as before, without looking", async () => {
    await ann.addTask({ title: "once" });
    const first = await ann.send(list);
    expect(await costOf(ann, list)).toBeGreaterThan(0);
    expect(await costOf(ann, list)).toBe(0);
    const again = await ann.send(list);
    expect(again.text).toBe(first.text);
    expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
    expect(again.headers.get("cache-control")).toBe("no-store");
    expect(again.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    const lines = server.logged().trim().split("\n").slice(-2);
    const [one, other] = lines.map((line) => JSON.parse(line));
    expect({ user: other.user, operation: other.operation }).toEqual({
      user: one.user,
      operation: one.operation,
    });
  });

  it("with other variables, another operation name or another form of answer is another", async () => {
    const query =
      "query A($n: Int) { tasks(first: $n) { edges { node { title } } } } query B { viewer { name } }";
    const send = (variables: object, operationName: string, accept = "application/json") =>
      fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: accept, Authorization: `Bearer ${ben.token}` },
        body: JSON.stringify({ query, variables, operationName }),
      });
    await ben.addTask({ title: "one" });
    await ben.addTask({ title: "two" });
    const texts = [];
    for (let round = 0; round < 4; round++) {
      for (const [n, name] of [
        [1, "A"],
        [2, "A"],
        [1, "B"],
      ] as const) {
        texts.push(await (await send({ n }, name)).text());
      }
    }
    expect(new Set(texts).size).toBe(3);
    expect(texts.slice(9)).toEqual(texts.slice(0, 3));
    const graphql = "application/graphql-response+json";
    expect((await send({ n: 1 }, "A", graphql)).headers.get("content-type")).toContain(graphql);
    expect((await send({ n: 1 }, "A")).headers.get("content-type")).toContain("application/json");
  });

  it("by somebody else is theirs", async () => {
    await ann.data(list);
    await ben.data(list);
    for (let round = 0; round < 5; round++) {
      expect((await ann.data(list)).viewer.name).toBe("ann");
      expect((await ben.data(list)).viewer.name).toBe("ben");
      expect((await server.graphql.data("{ viewer { name } }")).viewer).toBeNull();
    }
  });

  it("after any change shows it", async () => {
    const api = createTaskApi(ann);
    const titles = async () => {
      // The answer from the third time on is a kept one.
      for (let round = 0; round < 3; round++) await ann.data(list);
      return (await ann.data(list)).tasks.edges.map(({ node }: { node: { title: string } }) => node.title);
    };
    const { id } = await api.add({ title: "first" });
    expect(await titles()).toContain("first");
    await api.change({ id, title: "second" });
    expect(await titles()).toContain("second");
    await api.remove(id);
    expect(await titles()).not.toContain("second");
    await server.admin.query("UPDATE tasks SET deleted_at = NULL, title = 'by hand' WHERE id = $1", [
      uuidOf(id),
    ]);
    expect(await titles()).toContain("by hand");
    await server.admin.query("UPDATE users SET name = 'Anna' WHERE id = $1", [uuidOf(ann.id)]);
    expect((await ann.data(list)).viewer.name).toBe("Anna");
    await server.admin.query("UPDATE users SET name = 'ann' WHERE id = $1", [uuidOf(ann.id)]);
  });

  it("sees what the same person has just written, whoever else writes", async () => {
    const api = createTaskApi(ben);
    const total = async () => (await ben.data("{ tasks { totalCount } }")).tasks.totalCount;
    let expected = await total();
    for (let round = 0; round < 20; round++) {
      await Promise.all([api.add({ title: "more" }), ann.addTask({ title: "else" })]);
      expected++;
      expect(await Promise.all([total(), total(), total()])).toEqual([expected, expected, expected]);
    }
  });

  it("with a credential that has ended gets 401", async () => {
    const { login } = await server.graphql.data(
      "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken } } }",
      { input: { email: ben.email, password } },
    );
    const send = () => server.graphql.send(list, {}, login.accessToken);
    for (let round = 0; round < 4; round++) expect((await send()).status).toBe(200);
    const sid = JSON.parse(Buffer.from(login.accessToken.split(".")[1], "base64url").toString()).sid;
    await server.admin.query("DELETE FROM sessions WHERE id = $1", [sid]);
    expect((await send()).status).toBe(401);
  });

  it.each([
    ["a mutation", 'mutation { createTask(input: { title: "t" }) { __typename } }'],
    [
      "what met an error",
      `{ node(id: "${"x".repeat(20)}") { id } tasks(after: "no cursor") { totalCount edges { cursor } } }`,
    ],
  ])("is asked anew when it is %s", async (_case, query) => {
    const first = await costOf(ann, query);
    expect(await costOf(ann, query)).toBe(first);
    const texts = await Promise.all([1, 2].map(async () => (await ann.send(query)).status));
    expect(new Set(texts).size).toBe(1);
  });

  it("is asked anew where that is switched off", async () => {
    const plain = await startServer({ graphql: { answerCache: false } });
    const person = await signUp(plain);
    for (let round = 0; round < 3; round++) await person.data(list);
    expect(await plain.statements(() => person.data(list))).toHaveLength(3);
    await plain.close();
  });
});

describe("fields that depend on more than the viewer's rows and the clock", () => {
  it("are these", () => {
    const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
      "getFields" in type
        ? Object.values(type.getFields()).map((field) => ({ name: `${type}.${field.name}`, field }))
        : [],
    );
    expect(
      fields
        .filter(({ field }) => field.extensions.varies === true)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["PersonalToken.lastUsedAt", "Query.server", "Session.isCurrent", "Session.lastSeenAt"]);
  });

  it("keep an answer from being kept, wherever in the document they are", () => {
    const small = createSchema({
      typeDefs:
        "type Query { fixed: Inner now: Int } type Inner { fixed: Int now: Int } type Mutation { fix: Int }",
    });
    for (const name of ["Query", "Inner"]) {
      const type = small.getType(name) as unknown as { getFields(): Record<string, { extensions: object }> };
      Object.assign(type.getFields().now ?? {}, { extensions: varying });
    }
    const analyse = createAnalyse(small as GraphQLSchema, "open");
    const isCacheable = (query: string) => {
      const analysis = analyse(query);
      return "document" in analysis && analysis.operation(null)?.isCacheable();
    };
    expect(isCacheable("{ fixed { fixed } }")).toBe(true);
    expect(isCacheable("{ now }")).toBe(false);
    expect(isCacheable("{ fixed { a: now } }")).toBe(false);
    expect(isCacheable("{ ...F } fragment F on Query { fixed { ... on Inner { now } } }")).toBe(false);
    expect(isCacheable("mutation { fix }")).toBe(false);
  });
});

describe("the answers that are kept", () => {
  const request = (n: number) => ({ text: `request ${n}` });
  const exchange = { notes: {} };
  const ann = { id: "ann", seq: "1", scopes: null };
  const ben = { ...ann, id: "ben" };
  const known = { body: "x".repeat(50_000), operation: "one" };

  it("are those of requests that come again, and are found by whom they are for", () => {
    const answers = createAnswerCache<string>();
    answers.keep(ann, exchange, request(0), known);
    expect(answers.find(ann, exchange, request(0))).toBeUndefined();
    answers.keep(ann, exchange, request(0), known);
    expect(answers.find(ann, exchange, request(0))).toMatchObject(known);
    expect(answers.find({ ...ann, seq: "2" }, exchange, request(0))).toBeUndefined();
    expect(answers.find(ben, exchange, request(0))).toBeUndefined();
    expect(answers.find({ ...ann, scopes: ["tasks:read"] }, exchange, request(0))).toBeUndefined();
    const large = { ...known, body: "x".repeat(100_001) };
    for (let n = 0; n < 3; n++) answers.keep(ann, exchange, request(1), large);
    expect(answers.find(ann, exchange, request(1))).toBeUndefined();
  });

  it("are right for what the viewer had when they were made, and for what their credential may do", () => {
    const answers = createAnswerCache<string>();
    const keep = (viewer: Parameters<typeof answers.keep>[0], body: string) => {
      for (let twice = 0; twice < 2; twice++)
        answers.keep(viewer, exchange, request(0), { body, operation: body });
    };
    const reading = { ...ann, scopes: ["tasks:read"] as const };
    const later = { ...ann, seq: "2" };
    keep(ann, "all");
    keep(reading, "reading");
    expect(answers.find(ann, exchange, request(0))?.body).toBe("all");
    expect(answers.find(reading, exchange, request(0))?.body).toBe("reading");
    keep(later, "later");
    expect(answers.find(later, exchange, request(0))?.body).toBe("later");
    // Never right again; those of another credential stay until somebody asks with it.
    expect(answers.find(ann, exchange, request(0))).toBeUndefined();
    expect(answers.find(later, exchange, request(0))).toBeUndefined();
    expect(answers.find(reading, exchange, request(0))?.body).toBe("reading");
  });

  it("are told of before it is known who asks, whatever has changed since and whatever they may do", () => {
    const answers = createAnswerCache<string>();
    const reading = { ...ann, scopes: ["tasks:read"] as const };
    expect(answers.has("ann", request(0))).toBe(false);
    for (let twice = 0; twice < 2; twice++) answers.keep(reading, exchange, request(0), known);
    expect(answers.has("ann", request(0))).toBe(true);
    expect([answers.has("ben", request(0)), answers.has("ann", request(1))]).toEqual([false, false]);
    expect(answers.has("ann", { text: null })).toBe(false);
    expect(answers.find({ ...reading, seq: "2" }, exchange, request(0))).toBeUndefined();
    expect(answers.has("ann", request(0))).toBe(false);
  });

  it("take no more room than they may, and one user's no more than an eighth of it", () => {
    const answers = createAnswerCache<string>();
    const fill = (viewer: typeof ann) => {
      for (let n = 0; n < 600; n++) answers.keep(viewer, exchange, request(n >> 1), known);
    };
    const count = (viewer: typeof ann) =>
      Array.from({ length: 300 }, (_, n) => answers.find(viewer, exchange, request(n))).filter(Boolean)
        .length;
    for (let twice = 0; twice < 2; twice++) answers.keep(ben, exchange, request(0), known);
    fill(ann);
    expect(count(ann)).toBe(19);
    expect(answers.find(ann, exchange, request(299))).toBeDefined();
    expect(count(ben)).toBe(1);
    const others = Array.from({ length: 8 }, (_, n) => ({ ...ann, id: `other ${n}` }));
    for (const other of others) fill(other);
    expect(others.map(count)).toEqual(Array(8).fill(19));
    expect(count(ann)).toBe(0);
  });
});
