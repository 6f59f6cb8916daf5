import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  await person.addTask({ title: "one" });
  await person.addTask({ title: "two" });
});
afterAll(() => server.close());

/** Asks for what it costs as well, which no plan is run for. */
async function sendForCost(query: string, variables = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${person.token}` },
    body: JSON.stringify({ query, variables, extensions: { cost: true } }),
  });
  return JSON.parse(await response.text());
}

// An object with a field called "then" is easily taken for a promise.
describe("a field called then", () => {
  const cases: [document: string, data: () => string][] = [
    ["{ viewer { then: email } }", () => `{"viewer":{"then":"${person.email}"}}`],
    ["{ then: viewer { then: id } }", () => `{"then":{"then":"${person.id}"}}`],
    ["{ then: __typename }", () => '{"then":"Query"}'],
    [
      "{ viewer { ...F } } fragment F on User { then: emailVerified catch: __typename }",
      () => '{"viewer":{"then":false,"catch":"User"}}',
    ],
    [
      "{ then: tasks(last: 1) { then: edges { then: node { then: title } } } }",
      () => '{"then":{"then":[{"then":{"then":"one"}}]}}',
    ],
    [
      'mutation { then: updateProfile(input: { name: "x" }) { ... on UpdateProfilePayload { then: user { then: name } } } }',
      () => '{"then":{"then":{"then":"x"}}}',
    ],
  ];
  it.each(cases)("has the value of any other: %s", async (document, data) => {
    const { status, text } = await person.send(document);
    expect([status, text]).toEqual([200, `{"data":${data()}}`]);
    expect((await sendForCost(document)).data).toEqual(JSON.parse(data()));
  });

  it("is null where its value is missing, and named in its errors", async () => {
    const missing = await person.send('{ then: task(id: "x") { then: id } }');
    expect(missing.text).toBe('{"data":{"then":null}}');
    const refused = await person.send("{ then: tasks(first: 101) { totalCount } }");
    expect(refused.errors).toMatchObject([{ path: ["then"], extensions: { code: "BAD_USER_INPUT" } }]);
  });
});

const codesOf = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);

describe("names that begin with __", () => {
  // More often than it takes until its answer is kept.
  const often = 12;

  it("as a variable, the one that every object has counts as any: $__proto__", async () => {
    const send = async (document: string, value: string) =>
      await person.data(document, JSON.parse(`{"__proto__":${value}}`));
    const list = "query ($__proto__: Int) { tasks(first: $__proto__) { edges { node { title } } } }";
    const edges = [{ node: { title: "two" } }, { node: { title: "one" } }];
    const filtered = "query ($__proto__: TaskFilter!) { tasks(filter: $__proto__) { totalCount } }";
    const defaulted =
      "query Q($__proto__: Int = 1) { tasks(first: $__proto__) { edges { node { title } } } }";
    for (let round = 0; round < often; round++) {
      expect(await send(list, "1")).toEqual({ tasks: { edges: edges.slice(0, 1) } });
      expect(await send(list, "2")).toEqual({ tasks: { edges } });
      expect(await send(filtered, '{"search":"two"}')).toEqual({ tasks: { totalCount: 1 } });
      expect(await person.data(defaulted)).toEqual({ tasks: { edges: edges.slice(0, 1) } });
    }
    const wrong = await person.send(list, JSON.parse('{"__proto__":"one"}'));
    expect(codesOf(wrong)).toEqual(["BAD_USER_INPUT"]);
    expect(wrong.errors?.[0]?.message).toMatch(/^\$__proto__: /);
  });

  it("as a variable, it costs what any other does", async () => {
    const document = (name: string) =>
      `query ($${name}: Int) { tasks(first: $${name}) { edges { node { id } } } }`;
    const costOf = async (name: string) =>
      (await sendForCost(document(name), JSON.parse(`{"${name}":100}`))).extensions.cost;
    expect(await costOf("__proto__")).toEqual({ requested: 111, limit: 5000 });
    expect(await costOf("n")).toEqual({ requested: 111, limit: 5000 });
  });

  it.each(["__relay_internal__pv__isShownrelayprovider", "__a", "_", "__", "constructor", "toString"])(
    "as a variable, others count as any: $%s",
    async (name) => {
      const document = `query ($${name}: Int, $__on: Boolean!) {
        tasks(first: $${name}) { edges { node { __isNode: __typename id title @include(if: $__on) } } }
      }`;
      for (let round = 0; round < often; round++) {
        const { tasks } = await person.data(document, { [name]: 1, __on: true });
        expect(tasks.edges).toEqual([{ node: { __isNode: "Task", id: expect.any(String), title: "two" } }]);
        const bare = await person.data(document, { [name]: 2, __on: false });
        expect(bare.tasks.edges.map((edge: { node: object }) => Object.keys(edge.node))).toEqual([
          ["__isNode", "id"],
          ["__isNode", "id"],
        ]);
      }
    },
  );

  it.each(["__proto__", "__isNode", "__typename", "constructor"])(
    "are answered as aliases, and found as fragments and operations: %s",
    async (name) => {
      const document = `query ${name} { viewer { ...${name} } } fragment ${name} on User { ${name}: __typename }`;
      for (let round = 0; round < often; round++) {
        const { text } = await person.send(document);
        expect(text).toBe(`{"data":{"viewer":{"${name}":"User"}}}`);
      }
    },
  );

  it("are no fields of an input that it does not have", async () => {
    const document = "query ($filter: TaskFilter) { tasks(filter: $filter) { totalCount } }";
    for (let round = 0; round < often; round++) {
      const answer = await person.send(document, JSON.parse('{"filter":{"__proto__":{"completed":true}}}'));
      expect(codesOf(answer)).toEqual(["BAD_USER_INPUT"]);
    }
    const literal = await person.send("{ tasks(filter: { __proto__: null }) { totalCount } }");
    expect(codesOf(literal)).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  });
});
