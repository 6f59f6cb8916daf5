import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
let person: Person;

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  for (let n = 0; n < 120; n++) await person.addTask({ title: `${n}` });
});
afterAll(() => server.close());

const fields = "{ edges { node { title } } pageInfo { hasNextPage hasPreviousPage } }";

/** The same page arguments, written into the document, sent as variables, and as variables' defaults. */
function ways(first: unknown, last: unknown): [string, string, object][] {
  const given = Object.entries({ first, last }).filter(([, value]) => value !== undefined);
  const written = given.map(([name, value]) => `${name}: ${value}`).join(", ");
  const used = given.map(([name]) => `${name}: $${name}`).join(", ");
  const declared = given.map(([name]) => `$${name}: Int`).join(", ");
  const defaulted = given.map(([name, value]) => `$${name}: Int = ${value}`).join(", ");
  return [
    ["written", `{ tasks(${written}) ${fields} }`, {}],
    ["as variables", `query (${declared}) { tasks(${used}) ${fields} }`, Object.fromEntries(given)],
    ["as defaults", `query (${defaulted}) { tasks(${used}) ${fields} }`, {}],
  ];
}

describe("first and last", () => {
  it.each([
    ["first 1", 1, undefined, ["119"], { hasNextPage: true, hasPreviousPage: false }],
    ["last 1", undefined, 1, ["0"], { hasNextPage: false, hasPreviousPage: true }],
    ["first 2, last null", 2, null, ["119", "118"], { hasNextPage: true, hasPreviousPage: false }],
    ["first null, last 2", null, 2, ["1", "0"], { hasNextPage: false, hasPreviousPage: true }],
  ])("%s, however it is sent", async (_case, first, last, titles, pageInfo) => {
    for (const [way, document, variables] of ways(first, last)) {
      const { tasks } = await person.data(document, variables);
      const seen = tasks.edges.map((edge: { node: { title: string } }) => edge.node.title);
      expect({ way, seen, pageInfo: tasks.pageInfo }).toEqual({ way, seen: titles, pageInfo });
    }
  });

  it.each([
    ["first 100", 100, undefined, 100],
    ["last 100", undefined, 100, 100],
    ["both null", null, null, 50],
    ["first null", null, undefined, 50],
    ["last null", undefined, null, 50],
  ])("%s makes a page of the right size", async (_case, first, last, size) => {
    for (const [, document, variables] of ways(first, last)) {
      expect((await person.data(document, variables)).tasks.edges).toHaveLength(size);
    }
  });

  it("left out, variables that are declared but not sent, and no arguments, make a page of 50, newest first", async () => {
    const documents = [
      `{ tasks ${fields} }`,
      `query ($first: Int, $last: Int, $after: String, $before: String) {
        tasks(first: $first, last: $last, after: $after, before: $before) ${fields} }`,
      `{ tasks(after: null, before: null) ${fields} }`,
    ];
    for (const document of documents) {
      const { edges } = (await person.data(document)).tasks;
      expect(edges).toHaveLength(50);
      expect(edges[0].node.title).toBe("119");
    }
  });

  it.each([
    ["first 0", 0, undefined, "first"],
    ["first -1", -1, undefined, "first"],
    ["first 101", 101, undefined, "first"],
    ["first 2^31 - 1", 2 ** 31 - 1, undefined, "first"],
    ["first -2^31", -(2 ** 31), undefined, "first"],
    ["last 0", undefined, 0, "last"],
    ["last -1", undefined, -1, "last"],
    ["last 101", undefined, 101, "last"],
    ["both", 10, 10, "first"],
    ["both, one of them too much", 10, 1000, "last"],
  ])("%s is refused in words that name it, however it is sent", async (_case, first, last, named) => {
    for (const [way, document, variables] of ways(first, last)) {
      const answer = await person.send(document, variables);
      expect({ way, status: answer.status }).toEqual({ way, status: 400 });
      expect(answer.errors).toHaveLength(1);
      expect(answer.errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
      expect(answer.errors?.[0]?.message).toContain(named);
    }
  });

  it.each([
    ["2^31", 2 ** 31],
    ["10^9 and a bit", 1_000_000_000_000],
    ["1.5", 1.5],
    ["a number in quotes", '"5"'],
    ["true", true],
    ["a list", "[5]"],
    ["an object", "{ a: 5 }"],
  ])("check 82: of %s are refused before anything runs, however they are sent", async (_case, value) => {
    for (const [way, document, variables] of ways(value, undefined)) {
      const sent = way === "as variables" && typeof value === "string" ? { first: [value] } : variables;
      const answer = await person.send(document, sent);
      if (way === "as variables" && value === "[5]") continue;
      expect({ way, status: answer.status }).toEqual({ way, status: 400 });
      expect(answer.data).toBeUndefined();
      expect(answer.errors?.[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
    }
  });

  it("refuses one bad list without hiding why, when another in the same request is fine", async () => {
    const answer = await person.send(`{ good: tasks(first: 1) ${fields} bad: tasks(first: 0) ${fields} }`);
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0]).toMatchObject({ path: ["bad"], extensions: { code: "BAD_USER_INPUT" } });
  });

  it.each(["FOO", "created_at", 1, "CREATED_AT; DROP TABLE tasks"])(
    "orders by no field named %j",
    async (field) => {
      const answer = await person.send("query ($o: TaskOrder) { tasks(orderBy: $o) { totalCount } }", {
        o: { field, direction: "ASC" },
      });
      expect(answer.status).toBe(400);
      expect(answer.data).toBeUndefined();
    },
  );

  it("an order needs both its field and its direction", async () => {
    for (const order of [{ field: "TITLE" }, { direction: "ASC" }, {}, { field: "TITLE", direction: null }]) {
      const answer = await person.send("query ($o: TaskOrder) { tasks(orderBy: $o) { totalCount } }", {
        o: order,
      });
      expect(answer.status).toBe(400);
    }
  });
});
