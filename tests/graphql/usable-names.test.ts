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

// An object with a field called "then" is easily taken for a promise.
it.each([
  "{ viewer { then: email } }",
  "{ then: viewer { id } }",
  "{ viewer { ...F } } fragment F on User { then: name }",
  'mutation { then: updateProfile(input: { name: "x" }) { __typename } }',
])("a field called then is refused, not a bug: %s", async (document) => {
  const { status, errors } = await person.send(document);
  expect([status, errors?.map(({ extensions }) => extensions.code)]).toEqual([
    400,
    ["GRAPHQL_VALIDATION_FAILED"],
  ]);
  expect(await person.data(document.replaceAll("then:", "thens:"))).not.toBeNull();
});

const codesOf = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);

describe("names that begin with __", () => {
  // More often than it takes until a document is compiled, and until its answer is kept.
  const often = 12;

  it.each([
    "query ($__proto__: Int) { tasks(first: $__proto__) { edges { node { id } } } }",
    "query ($__proto__: TaskFilter!) { tasks(filter: $__proto__) { totalCount } }",
    "query Q($__proto__: Int = 1) { tasks(first: $__proto__) { totalCount } }",
  ])("as a variable, the one that every object has is refused by its name: %s", async (document) => {
    for (let round = 0; round < often; round++) {
      const variables = JSON.parse('{"__proto__":1}');
      const answer = await person.send(document, variables);
      expect([answer.status, codesOf(answer)]).toEqual([400, ["GRAPHQL_VALIDATION_FAILED"]]);
      expect(answer.errors?.[0]?.message).toBe('Call this variable anything but "$__proto__".');
    }
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
