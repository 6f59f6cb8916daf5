import { buildSchema, type GraphQLSchema, OperationTypeNode, parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyseCost } from "../../src/graphql/cost/analyse.ts";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { repeat } from "./hostile.ts";

/** Lists in lists, as the real schema does not have them yet. */
const schema = buildSchema(`
  type Query { lists(first: Int, last: Int): Lists! short(first: Int = 3): Lists! nodes(ids: [ID!]!): [List]! list: List dear: List price: Int }
  type Mutation { add: List! addMany: List! login: List! }
  type Lists { edges: [Edge!]! pageInfo: PageInfo! }
  type Edge { cursor: String! node: List! }
  type PageInfo { hasNextPage: Boolean! }
  type List { id: ID! owner: User! lists(first: Int, last: Int): Lists! labels: [User!]! }
  type User { id: ID! }
`);

function declare(root: "getQueryType" | "getMutationType", name: string, extensions: object): void {
  Object.assign(schema[root]()?.getFields()[name] ?? {}, { extensions });
}
declare("getQueryType", "price", { cost: 7 });
declare("getQueryType", "dear", { cost: 5000 });
declare("getMutationType", "add", { scope: "tasks:add" });
declare("getMutationType", "addMany", { cost: 100, scope: "session" });
declare("getMutationType", "login", { single: true });

function measureBy(by: GraphQLSchema, query: string, variables: object = {}, name?: string) {
  const { operations, excess } = analyseCost(by, parse(query));
  expect(excess).toEqual([]);
  const found = [...operations].find(([node]) => name === undefined || node.name?.value === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return { ...found[1].costOf(variables), refusal: found[1].refuse(variables)?.message ?? null };
}

const costOf = (query: string, variables?: object, name?: string) =>
  measureBy(schema, query, variables, name).cost;

describe("the cost of an operation", () => {
  it.each<[what: string, query: string, variables: object, cost: number]>([
    ["one for an object, nothing for scalars", "{ __typename list { id __typename owner { id } } }", {}, 2],
    ["what a field says of itself, a scalar's too", "{ list { id } price a: price }", {}, 15],
    [
      "a page's entries with what is below each",
      "{ lists(first: 10) { edges { node { owner { id } } } } }",
      {},
      22,
    ],
    ["no more for what lies beside the entries", "{ lists(first: 10) { pageInfo { hasNextPage } } }", {}, 2],
    ["the last entries", "{ lists(last: 10) { edges { node { id } } } }", {}, 12],
    ["a page of the usual size", "{ lists { edges { node { id } } } }", {}, 52],
    [
      "a page of the usual size for null",
      "{ lists(first: null, last: null) { edges { node { id } } } }",
      {},
      52,
    ],
    ["the last for a first of null", "{ lists(first: null, last: 4) { edges { node { id } } } }", {}, 6],
    ["an argument's default", "{ short { edges { node { id } } } }", {}, 5],
    [
      "pages in pages by their product",
      "{ lists(first: 10) { edges { node { lists(last: 5) { edges { node { id } } } } } } }",
      {},
      1 + 1 + 10 * (1 + 1 + 1 + 5),
    ],
    ["each id of a list of ids", '{ nodes(ids: ["a", "b", "c"]) { owner { id } } }', {}, 6],
    ["each id of a variable", "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids: ["a", "b"] }, 2],
    ["one for a list of unknown length", "{ list { labels { id } } }", {}, 2],
    ["ten for a change", "mutation { add { id } b: add { id } }", {}, 20],
    ["what a change says of itself", "mutation { addMany { owner { id } } }", {}, 101],
    [
      "a fragment's fields wherever they are spread",
      "{ a: lists(first: 2) { ...P } b: lists(first: 3) { ...P } } fragment P on Lists { edges { node { ...L } } } fragment L on List { owner { id } }",
      {},
      1 + 1 + 2 * 2 + 1 + 1 + 3 * 2,
    ],
    ["inline fragments", "{ lists(first: 2) { ... { ... on Lists { edges { node { id } } } } } }", {}, 4],
    [
      "nothing for what is skipped",
      "query ($x: Boolean!) { list @skip(if: $x) { id } price @include(if: false) }",
      { x: true },
      0,
    ],
    [
      "nothing for a fragment that is left out",
      "query ($x: Boolean = false) { ...F @include(if: $x) ... @skip(if: true) { list { id } } } fragment F on Query { list { id } }",
      {},
      0,
    ],
    ["what is not skipped", "query ($x: Boolean!) { list @skip(if: $x) { id } }", { x: false }, 1],
  ])("is %s", (_what, query, variables, cost) => {
    expect(costOf(query, variables)).toBe(cost);
  });

  it("goes by the variables, by their defaults where none are sent, and by each operation's own", () => {
    const query =
      "query A($n: Int = 7) { ...L } query B($n: Int) { ...L } fragment L on Query { lists(first: $n) { edges { node { id } } } }";
    expect(costOf(query, {}, "A")).toBe(9);
    expect(costOf(query, { n: 3 }, "A")).toBe(5);
    expect(costOf(query, { n: null }, "A")).toBe(52);
    expect(costOf(query, {}, "B")).toBe(52);
    expect(costOf(query, { n: 3 }, "B")).toBe(5);
    const [first] = analyseCost(schema, parse(query)).operations.values();
    expect([{ n: 1 }, { n: 2 }, {}].map((variables) => first?.costOf(variables).cost)).toEqual([3, 4, 9]);
  });

  it("counts no page with more than it can have, since more is refused by name", () => {
    for (const first of [101, 10 ** 9, 2 ** 31]) {
      expect(costOf(`{ lists(first: ${first}) { edges { node { id } } } }`)).toBe(102);
    }
    for (const first of [0, -1]) {
      expect(costOf("query ($n: Int) { lists(first: $n) { edges { node { id } } } }", { n: first })).toBe(3);
    }
  });

  it("is computed once for a document whose pages do not vary", () => {
    const [operation] = analyseCost(
      schema,
      parse("query ($id: [ID!]!) { lists(first: 9) { edges { node { id } } } }"),
    ).operations.values();
    expect(operation?.costOf({ id: "a" })).toBe(operation?.costOf({ id: "b" }));
  });

  it("comes with the kind of the operation and what its fields take of a personal token", () => {
    const query =
      "mutation { __typename a: add { id } a: add { id } ...F ... { ...F } } fragment F on Mutation { b: add { id } addMany { id } }";
    const { type, scopes } = measureBy(schema, query);
    expect(type).toBe(OperationTypeNode.MUTATION);
    expect(scopes).toEqual(["tasks:add", "tasks:add", "session"]);
  });
});

describe("check 54: pages in pages", () => {
  const three = (n: string) =>
    `lists(first: ${n}) { edges { node { lists(first: ${n}) { edges { node { lists(first: ${n}) { edges { node { id } } } } } } } } }`;

  it.each([
    ["written", `{ ${three("100")} }`, {}],
    ["as a variable", `query ($n: Int) { ${three("$n")} }`, { n: 100 }],
    ["as a variable's default", `query ($n: Int = 100) { ${three("$n")} }`, {}],
    ["in fragments", `{ ...F } fragment F on Query { ${three("100")} }`, {}],
  ])("of 100, %s, are refused with their place, their cost and what would pass", (_way, query, variables) => {
    expect(measureBy(schema, query, variables).refusal).toBe(
      "The operation costs 1030302, 5000 is the limit; most of it comes from lists.edges.node.lists.edges.node.lists.edges.node. With pages of 16 it would pass.",
    );
    const smaller = query.replaceAll("100", "16");
    expect(measureBy(schema, smaller, "n" in variables ? { n: 16 } : {}).refusal).toBeNull();
    const larger = query.replaceAll("100", "17");
    expect(measureBy(schema, larger, "n" in variables ? { n: 17 } : {}).refusal).not.toBeNull();
  });

  it("that are too much with a single entry each are refused in other words", () => {
    expect(measureBy(schema, "{ dear { id } list { id } }").refusal).toBe(
      "The operation costs 5001, 5000 is the limit; most of it comes from dear. It would not pass with pages of one either: ask for less at once.",
    );
  });

  it("may come to the limit", () => {
    const query =
      "query ($a: Int, $b: Int) { lists(first: $a) { edges { node { lists(first: $b) { edges { node { id } } } } } } }";
    expect(measureBy(schema, query, { a: 49, b: 99 })).toMatchObject({ cost: 5000, refusal: null });
    expect(measureBy(schema, query, { a: 49, b: 100 })).toMatchObject({ cost: 5049 });
    expect(measureBy(schema, query, { a: 49, b: 100 }).refusal).toContain("5049");
  });
});

it("check 48: a change that has to be alone is refused beside any other, and twice", () => {
  const refused = "Send login in an operation of its own, once.";
  expect(measureBy(schema, "mutation { login { id } }").refusal).toBeNull();
  expect(measureBy(schema, "mutation { __typename login { id } login { owner { id } } }").refusal).toBeNull();
  expect(measureBy(schema, "mutation { login { id } add { id } }").refusal).toBe(refused);
  expect(measureBy(schema, "mutation { a: login { id } ... { b: login { id } } }").refusal).toBe(refused);
});

describe("over HTTP", () => {
  let server: TestServer;
  let person: Person;
  beforeAll(async () => {
    server = await startServer();
    person = await signUp(server);
  });
  afterAll(() => server.close());

  async function send(
    query: string,
    extensions?: object,
    variables = {},
  ): Promise<Answer & { extensions?: object }> {
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${person.token}` },
      body: JSON.stringify({ query, variables, extensions }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, ...JSON.parse(text) };
  }

  const page = "query ($n: Int) { tasks(first: $n) { edges { node { title due { date } } } } }";

  it("the cost is told to those who ask, each time, and to nobody else", async () => {
    for (let round = 0; round < 12; round++) {
      const told = await send(page, { cost: true }, { n: 10 + round });
      expect(told.extensions).toEqual({ cost: { requested: 11 + 2 * (10 + round), limit: 5000 } });
      expect(await send(page, undefined, { n: 10 })).not.toHaveProperty("extensions");
      expect(await send(page, { cost: false, other: 1 }, { n: 10 })).not.toHaveProperty("extensions");
      expect((await send(page, { cost: true }, { n: 10 })).extensions).toEqual({
        cost: { requested: 31, limit: 5000 },
      });
    }
  });

  it("the cost is told beside an error too, and of what was not known to be an operation it is not", async () => {
    const bad = await send(page, { cost: true }, { n: 101 });
    expect(bad).toMatchObject({ status: 400, extensions: { cost: { requested: 211, limit: 5000 } } });
    expect(await send("{ nothing }", { cost: true })).not.toHaveProperty("extensions");
    expect(
      await send("query A { viewer { id } } query B { viewer { id } }", { cost: true }),
    ).not.toHaveProperty("extensions");
  });

  it("all of a task costs little enough for nine full pages of them", async () => {
    const all = "title description completed due { date at } priority version createdAt updatedAt";
    const pages = (count: number) =>
      `{ ${repeat(count, (i) => `a${i}: tasks(first: 100) { totalCount edges { cursor node { id ${all} } } }`)} }`;
    expect(await send(pages(9), { cost: true })).toMatchObject({ extensions: { cost: { requested: 4779 } } });
    expect((await send(pages(10))).errors?.[0]?.message).toContain("The operation costs 5310");
  });

  it("what costs too much is refused whatever the client accepts, although it was affordable before", async () => {
    const tasks = "tasks(first: $n) { edges { node { due { date } due { time } due { at } } } }";
    const query = `query ($n: Int) { ${repeat(14, (i) => `a${i}: ${tasks}`)} }`;
    for (let round = 0; round < 12; round++)
      expect((await send(query, undefined, { n: 1 })).status).toBe(200);
    for (const accept of ["application/json", "application/graphql-response+json"]) {
      const answer = await server.graphql.send(query, { n: 100 }, person.token, { Accept: accept });
      expect(answer.status).toBe(400);
      expect(answer).not.toHaveProperty("data");
      expect(answer.errors?.[0]).toMatchObject({
        message:
          "The operation costs 5754, 5000 is the limit; most of it comes from a0.edges.node.due. With pages of 86 it would pass.",
        extensions: { code: "QUERY_TOO_COMPLEX" },
      });
    }
  });
});
