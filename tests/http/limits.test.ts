import { getIntrospectionQuery, type IntrospectionOptions } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBoundedCache } from "../../src/bounded-cache.ts";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
});
afterAll(() => server.close());

/** `each` for the numbers up to `count`, one after the other. */
const repeat = (count: number, each: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => each(i)).join(" ");
const nested = (depth: number, open: string, inside: string) =>
  `${open}{`.repeat(depth) + inside + "}".repeat(depth);

/** What a hostile request gets: a short refusal, soon, without data. @returns its codes */
async function refusal(send: () => Promise<Answer>): Promise<string[]> {
  const started = performance.now();
  const answer = await send();
  expect(performance.now() - started).toBeLessThan(1000);
  expect(answer.status).toBe(400);
  expect(answer).not.toHaveProperty("data");
  expect(answer.errors?.length).toBeLessThanOrEqual(5);
  expect(answer.text.length).toBeLessThanOrEqual(2048);
  return [...new Set(answer.errors?.map(({ extensions }) => extensions.code))];
}

const tooComplex = ["QUERY_TOO_COMPLEX"];
const invalid = ["GRAPHQL_VALIDATION_FAILED"];

describe("a document", () => {
  it.each([
    ["more than 20 levels", `{${nested(20, "tasks", "totalCount")}}`],
    [
      "more than 20 levels through inline fragments",
      `{${nested(20, "...{tasks", "totalCount}".padEnd(30, "}"))}}`,
    ],
    [
      "more than 20 levels through a fragment that is shallow elsewhere",
      `{ ...F ${nested(15, "tasks", "...F")} } fragment F on Query { ${nested(5, "tasks", "totalCount")} }`,
    ],
    [
      "a deep operation beside a fragment called __schema",
      `query __schema { ${nested(30, "a", "b")} } fragment __schema on User { id }`,
    ],
    ["101 aliases of __typename", `{ ${repeat(101, (i) => `a${i}: __typename`)} }`],
    ["16 aliases of any field", `{ ${repeat(16, (i) => `a${i}: viewer { id }`)} }`],
    [
      "16 aliases in fragments",
      `{ viewer { ...A ...B } } ${["A", "B"].map((f) => `fragment ${f} on User { ${repeat(8, (i) => `${f}${i}: id`)} }`)}`,
    ],
    [
      "16 logins in one mutation",
      `mutation { ${repeat(16, (i) => `a${i}: login(input: { email: "a@example.com", password: "p" }) { __typename }`)} }`,
    ],
    ["1,001 tokens", `{ ${repeat(1001, () => "a")} }`],
    ["1,001 comments", `{ __typename }${"#\n".repeat(1001)}`],
    ["95 KB of comment", `{ __typename }#${"x".repeat(95_000)}`],
    ["90 KB of commas and white space", `{ __typename }${" ,".repeat(45_000)}`],
    ["500 times the same field", `{ viewer { ${repeat(500, () => "id")} } }`],
    ["51 times @include", `{ viewer { ${repeat(51, () => "id @include(if: true)")} } }`],
    ["3,000 variables that nobody defined", `{ nodes(ids: [${repeat(3000, (i) => `$v${i}`)}]) { id } }`],
    ["3,000 inline fragments that overlap", `{ viewer { ${repeat(3000, () => "...{id}")} } }`],
    [
      "fragments that double 22 times",
      `{ viewer { ...F0 } } ${repeat(22, (i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 1} }`)} fragment F22 on User { id }`,
    ],
    [
      "fields in fragments that double 20 times",
      `{ tasks { ...F0 } } ${repeat(20, (i) => `fragment F${i} on TaskConnection { edges { ...F${i + 1} } pageInfo { ...F${i + 1} } }`)} fragment F20 on User { id }`,
    ],
    ["700 different fields", `{ ${repeat(700, (i) => `f${i}`)} }`],
    ["150 operations", repeat(150, (i) => `query Q${i} { viewer { id } }`)],
    ["a type 500 lists deep", `query ($v: ${"[".repeat(500)}Int${"]".repeat(500)}) { viewer { id } }`],
  ])("with %s is too complex", async (_, query) => {
    expect(await refusal(() => person.send(query))).toEqual(tooComplex);
    expect(
      await refusal(() => server.graphql.send(query, {}, undefined, { Accept: "application/json" })),
    ).toEqual(tooComplex);
  });

  it.each([
    ["a fragment that contains itself", "{ viewer { ...A } } fragment A on User { id ...A }"],
    [
      "fragments that contain each other",
      "{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...A }",
    ],
    [
      "fragments that contain each other below fields",
      "{ tasks { ...A } } fragment A on TaskConnection { edges { node { ...B } } } fragment B on Task { due { ...C } } fragment C on Due { date ...C }",
    ],
    ["10 times an unknown directive", `{ viewer { id ${"@aa ".repeat(10)} } }`],
    ["400 variables that nobody defined", `{ nodes(ids: [${repeat(400, (i) => `$v${i}`)}]) { id } }`],
    ["a name of 15,000 letters", `{ viewer { ${"e".repeat(15_000)} } }`],
    ["15 names that are nearly right", `{ ${repeat(15, (i) => `tasks${i}`)} }`],
    ["lists 480 deep where an id belongs", `{ nodes(ids: ${"[".repeat(480)}${"]".repeat(480)}) { id } }`],
    [
      "introspection that goes round",
      `{ __schema { types { ${nested(4, "fields { type", "name").concat("}".repeat(4))} } } }`,
    ],
    [
      "introspection that goes round through fragments",
      `{ __schema { types { ...F0 } } } ${repeat(4, (i) => `fragment F${i} on __Type { fields { type { ...F${i + 1} } } }`)} fragment F4 on __Type { name }`,
    ],
    ["@defer", "{ ... @defer { viewer { id } } }"],
    ["@stream", "{ tasks { edges @stream { cursor } } }"],
    ["a subscription", "subscription { viewer { id } }"],
    ["a mutation within a query", "query { signup(input: {}) { __typename } }"],
  ])("with %s is invalid", async (_, query) => {
    expect(await refusal(() => person.send(query))).toEqual(invalid);
  });

  it("may be as large as an honest one gets, whatever its parts are called", async () => {
    const deep =
      "{ __schema { types { fields { type { ofType { ofType { ofType { ofType { name } } } } } } } } }";
    expect((await person.send(deep)).status).toBe(200);
    const aliases = `{ ${repeat(15, (i) => `a${i}: tasks { totalCount edges { node { id title } } }`)} }`;
    expect((await person.send(aliases)).status).toBe(200);
    const named =
      "query __schema { viewer { ...__schema } } fragment __schema on User { id ...constructor } fragment constructor on User { email }";
    expect((await person.send(named)).data).toEqual({
      viewer: { id: expect.any(String), email: person.email },
    });
  });
});

it("a document of 200 KB is refused unread", async () => {
  const answer = await person.send(`{ __typename }#${"x".repeat(200_000)}`);
  expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([413, "REQUEST_ENTITY_TOO_LARGE"]);
});

describe("introspection", () => {
  const everything: IntrospectionOptions = {
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  };

  it.each<[string, IntrospectionOptions]>([
    ["GraphiQL", { inputValueDeprecation: true, schemaDescription: true }],
    ["urql", { descriptions: false }],
    ["graphql-codegen", { ...everything, oneOf: false }],
    ["everybody else at most", everything],
  ])("is answered in full as %s asks for it, signed in or not", async (_, options) => {
    const query = getIntrospectionQuery(options);
    const { __schema } = await server.graphql.data(query);
    expect(__schema.types.map((type: { name: string }) => type.name)).toContain("UpdateTaskResult");
    expect(await person.data(query)).toEqual({ __schema });
  });
});

describe("variables", () => {
  const nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
  const create = "mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename } }";
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`titel${i}`, 1]));

  it.each([
    ["3,000 values in a list", nodes, { ids: Array(3000).fill("x") }],
    ["3,000 names in an object", create, { input: many(3000) }],
    ["3,000 variables", nodes, many(3000)],
    ["lists nested 20,000 deep", nodes, { ids: JSON.parse("[".repeat(20_000) + "]".repeat(20_000)) }],
    [
      "objects nested 5,000 deep",
      create,
      { input: JSON.parse('{"due":'.repeat(5000) + 1 + "}".repeat(5000)) },
    ],
  ])("that hold %s are too much", async (_, query, variables) => {
    expect(await refusal(() => person.send(query, variables))).toEqual(tooComplex);
  });

  it.each([
    ["900 unknown fields", create, { input: many(900) }],
    ["one unknown field beside 90 KB", create, { input: { title: "x".repeat(90_000), due_: 1 } }],
    ["900 objects where ids belong", nodes, { ids: Array(900).fill({}) }],
    ["lists in lists where ids belong", nodes, { ids: [[["x"]]] }],
    ["90 KB where a day belongs", create, { input: { title: "x", due: { date: "9".repeat(90_000) } } }],
  ])("that hold %s are refused in few words", async (_, query, variables) => {
    expect(await refusal(() => person.send(query, variables))).toEqual(["BAD_USER_INPUT"]);
  });

  it("are not quoted in the refusal, since they may hold a password", async () => {
    const signup = "mutation ($input: SignupInput!) { signup(input: $input) { __typename } }";
    const sent = { emial: "a@example.com", password: "correct horse" };
    const answer = await server.graphql.send(signup, { input: sent });
    expect(answer.errors?.map(({ message }) => message)).toEqual([
      '$input: Expected value of type "SignupInput" to include required field "email".',
      '$input: Expected value of type "SignupInput" not to include unknown field "emial". Did you mean "email"?',
    ]);
    const literal = await server.graphql.send(
      'mutation { signup(input: { emial: "a", password: "correct horse" }) { __typename } }',
    );
    expect(literal.text).toContain("emial");
    expect(answer.text + literal.text).not.toContain("correct horse");
  });
});

describe("documents that are kept parsed", () => {
  it("never take more than their bound, and those that are used stay", () => {
    const cache = createBoundedCache<number>(100_000);
    cache.set("{ used }", -1);
    for (let i = 0; i < 1000; i++) {
      cache.set(`{ field${i} }`.padEnd(16_384), i);
      expect(cache.get("{ used }")).toBe(-1);
      expect(cache.size).toBeLessThanOrEqual(100_000);
    }
    expect(cache.get("{ field999 }".padEnd(16_384))).toBe(999);
    expect(cache.get("{ field0 }".padEnd(16_384))).toBeUndefined();
    cache.set("x".repeat(100_001), 0);
    expect(cache.size).toBe(0);
  });

  it("stay right when a hundred others have come", async () => {
    for (let i = 0; i < 100; i += 20) {
      const queries = Array.from({ length: 20 }, (_, k) =>
        `query Q${i + k} { viewer { email } }`.padEnd(16_000),
      );
      const answers = await Promise.all(queries.map((query) => person.send(query)));
      expect(new Set(answers.map(({ text }) => text))).toEqual(new Set([answers[0]?.text]));
    }
    expect((await person.data("query Q0 { viewer { email } }".padEnd(16_000))).viewer.email).toBe(
      person.email,
    );
  });
});
