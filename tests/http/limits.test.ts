import { getIntrospectionQuery, type IntrospectionOptions } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBoundedCache } from "../../src/runtime/bounded-cache.ts";
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

/** What a hostile request gets: a short refusal, without data. @returns its codes */
async function refusal(send: () => Promise<Answer>): Promise<string[]> {
  const answer = await send();
  expect(answer.status).toBe(400);
  expect(answer).not.toHaveProperty("data");
  expect(answer.errors?.length).toBeLessThanOrEqual(5);
  expect(answer.text.length).toBeLessThanOrEqual(2048);
  return [...new Set(answer.errors?.map(({ extensions }) => extensions.code))];
}

const tooComplex = ["QUERY_TOO_COMPLEX"];

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

describe("check 56: documents that are kept parsed", () => {
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
