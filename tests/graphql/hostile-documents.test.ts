import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, readAnswer } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { allFieldsOf } from "../helpers/selection.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { invalid, nested, repeat, tooComplex } from "./hostile.ts";

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  for (let n = 0; n < 101; n++) await person.addTask({ title: `${n}`, due: { date: "2026-11-21" } });
});
afterAll(() => server.close());

/** What a hostile request gets: a short refusal without data. @returns its codes */
async function refusal(send: () => Promise<Answer>): Promise<string[]> {
  const answer = await send();
  expect(answer.status).toBe(400);
  expect(answer).not.toHaveProperty("data");
  expect(answer.errors?.length).toBeLessThanOrEqual(5);
  expect(answer.text.length).toBeLessThanOrEqual(2048);
  return [...new Set(answer.errors?.map(({ extensions }) => extensions.code))];
}

function post(body: unknown): Promise<Answer> {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${person.token}` };
  return fetch(`${server.url}/graphql`, { method: "POST", headers, body: JSON.stringify(body) }).then(
    readAnswer,
  );
}

describe("a document", () => {
  it.each(tooComplex)("(%s) with %s is too complex", async (_check, _what, query) => {
    expect(await refusal(() => person.send(query))).toEqual(["QUERY_TOO_COMPLEX"]);
    expect(
      await refusal(() => server.graphql.send(query, {}, undefined, { Accept: "application/json" })),
    ).toEqual(["QUERY_TOO_COMPLEX"]);
  });

  it.each(invalid)("(%s) with %s is invalid", async (_check, _what, query) => {
    expect(await refusal(() => person.send(query))).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  });

  it("may be as large as an honest one gets, whatever its parts are called (check 46)", async () => {
    const deep =
      "{ __schema { types { fields { type { ofType { ofType { ofType { ofType { name } } } } } } } } }";
    expect((await person.send(deep)).status).toBe(200);
    const aliases = `{ ${repeat(15, (i) => `a${i}: tasks { totalCount edges { node { id title } } }`)} }`;
    expect((await person.send(aliases)).status).toBe(200);
    const shared = `query A { viewer { ...F } } query B { viewer { ...F } } fragment F on User { ${repeat(15, (i) => `a${i}: id @include(if: true)`)} }`;
    const several = await post({ query: shared, operationName: "B" });
    expect(several.status).toBe(200);
    const named =
      "query __schema { viewer { ...__schema } } fragment __schema on User { id ...constructor } fragment constructor on User { email }";
    expect((await person.send(named)).data).toEqual({
      viewer: { id: expect.any(String), email: person.email },
    });
  });
});

describe("check 46: depth", () => {
  // 20 levels of a schema that has no circle are reached in introspection alone, which has a limit of its own.
  const ofTypes = (depth: number) => nested(depth, "ofType", "name");
  const within = 20 - "__schema types fields type name".split(" ").length;

  it.each([
    ["plain", (depth: number) => `{ __schema { types { fields { type { ${ofTypes(depth)} } } } } }`],
    [
      "through inline fragments",
      (depth: number) =>
        `{ ... { __schema { ... { types { fields { type { ... { ${ofTypes(depth)} } } } } } } } }`,
    ],
    [
      "through named fragments",
      (depth: number) =>
        `{ ...A } fragment A on Query { __schema { types { fields { type { ...B } } } } } fragment B on __Type { ${ofTypes(depth)} }`,
    ],
    [
      "through a fragment that is spread at two depths",
      (depth: number) =>
        `{ __schema { types { ...B fields { type { ...B } } } } } fragment B on __Type { ${ofTypes(depth)} }`,
    ],
    [
      "of an operation and a fragment called __schema",
      (depth: number) =>
        `query __schema { __schema { types { fields { type { ...__schema } } } } } fragment __schema on __Type { ${ofTypes(depth)} }`,
    ],
  ])("of 20 levels passes, and of 21 does not, %s", async (_way, document) => {
    expect((await person.send(document(within))).status).toBe(200);
    const answer = await person.send(document(within + 1));
    expect(answer).toMatchObject({
      status: 400,
      errors: [
        {
          message: expect.stringContaining(
            "20 is the limit: it has 21 levels at __schema.types.fields.type.",
          ),
          extensions: { code: "QUERY_TOO_COMPLEX" },
        },
      ],
    });
  });
});

describe("check 49: several operations in one request", () => {
  const operation = { query: "{ __typename }" };

  it.each([
    ["ten", Array(10).fill(operation)],
    ["one, in a list", [operation]],
    ["none", []],
    ["lists in lists", [[operation], [[operation]]]],
  ])("are refused: %s", async (_what, body) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: "BAD_REQUEST" } }] });
    expect(answer).not.toHaveProperty("data");
  });
});

it("check 50: a document of 200 KB is refused unread", async () => {
  for (const filling of ["x", " ,\n"]) {
    const answer = await person.send(`{ __typename }#${filling.repeat(200_000 / filling.length)}`);
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([413, "REQUEST_ENTITY_TOO_LARGE"]);
  }
});

describe("check 54: a page", () => {
  const ways = (args: string, values: object, types: string): [string, object][] => {
    const names = Object.keys(values);
    const used = names.map((name) => `${name}: $${name}`).join(", ");
    const defaults = names.map((name) => `$${name}: Int = ${Object(values)[name]}`).join(", ");
    const page = "{ edges { node { id } } }";
    return [
      [`{ tasks(${args}) ${page} }`, {}],
      [`query (${types}) { tasks(${used}) ${page} }`, values],
      [`query (${defaults}) { tasks(${used}) ${page} }`, {}],
    ];
  };

  it.each([
    ["first: 101", { first: 101 }],
    ["first: 1000000000", { first: 10 ** 9 }],
    ["last: 101", { last: 101 }],
    ["first: 0", { first: 0 }],
    ["first: -1", { first: -1 }],
    ["last: -1", { last: -1 }],
    ["first: 2147483648", { first: 2 ** 31 }],
    ["first: 5, last: 5", { first: 5, last: 5 }],
  ])("of %s is refused, written, as a variable and as its default", async (args, values) => {
    const types = Object.keys(values)
      .map((name) => `$${name}: Int`)
      .join(", ");
    for (const [query, variables] of ways(args, values, types)) {
      const answer = await person.send(query, variables);
      expect(answer.status).toBe(400);
      expect(answer.data ?? null).toBeNull();
      expect(answer.errors?.[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
    }
  });

  it("of null has the usual size", async () => {
    for (const [query, variables] of ways("first: null", { first: null }, "$first: Int")) {
      expect((await person.data(query, variables)).tasks.edges).toHaveLength(50);
    }
  });
});

describe("statements", () => {
  const everything = `tasks(first: 100) { totalCount pageInfo { hasNextPage hasPreviousPage } edges { cursor node { ${allFieldsOf("Task")} } } }`;

  it("check 57: 100 aliases of the costliest field cost no statement but the one that finds out who asks", async () => {
    const query = `{ ${repeat(100, (i) => `a${i}: ${everything}`)} }`;
    const few = `{ ${repeat(16, (i) => `a${i}: tasks { totalCount }`)} }`;
    for (const document of [query, few]) {
      const statements = await server.statements(() => person.send(document));
      expect(statements).toHaveLength(1);
    }
  });

  it("check 58: a hundred tasks with all that they have cost as many as one, and no more than six", async () => {
    const statements = await server.statements(() => person.data(`{ ${everything} }`));
    const one = await server.statements(() => person.data(`{ ${everything.replace("100", "1")} }`));
    expect(statements.length).toBeLessThanOrEqual(6);
    expect(one).toHaveLength(statements.length);
  });
});

it("the server is alive after all of it", async () => {
  expect((await person.send("{ viewer { id } }")).status).toBe(200);
});
