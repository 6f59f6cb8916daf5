import { type DocumentNode, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { TaskPage_TasksDocument } from "../../client/src/generated/graphql.ts";
import { schema } from "../../src/features/schema.ts";
import { analyseCost } from "../../src/graphql/cost/analyse.ts";
import { budgetPolicies } from "../../src/rate-limits/policies.ts";
import { repeat } from "./hostile.ts";

/** What an operation of the real schema costs. */
function priceOf(query: string, variables: object = {}): number {
  const { excess, operations } = analyseCost(schema, parse(query));
  const [operation] = operations.values();
  if (excess.length > 0 || operation === undefined) throw new Error("over the limits of documents");
  return operation.costOf(variables).cost;
}

describe("what takes long to work out for each object", () => {
  it.each([
    ["a session's device", "sessions(first: 10) { edges { node { ...F } } } }", "Session { device }"],
    [
      "a log entry's device",
      "securityEvents(first: 10) { edges { node { ...F } } } }",
      "SecurityEvent { device }",
    ],
  ])("costs a point: %s", (_what, query, fragment) => {
    const without = fragment.replace("device", "__typename");
    const price = priceOf(`{ ${query} fragment F on ${fragment}`);
    expect(price - priceOf(`{ ${query} fragment F on ${without}`)).toBe(10);
  });

  it.each([
    ["devices", "securityEvents(first: 100) { edges { node { ...F } } }", "SecurityEvent", "device"],
    ["instants", "tasks(first: 100) { edges { node { due { ...F } } } }", "Due", "at"],
  ])("is too much 56 times for each of a hundred: %s", (_what, list, type, field) => {
    const names = repeat(8, (i) => `b${i}: ${field}`);
    const query = `{ ${repeat(7, (i) => `a${i}: ${list}`)} } fragment F on ${type} { ${names} }`;
    expect(analyseCost(schema, parse(query)).excess).not.toEqual([]);
  });
});

const list = (args: string) => `tasks(first: 1${args}) { edges { node { id } } }`;
const search = (text: string) => list(`, filter: { search: ${JSON.stringify(text)} }`);
const words = (count: number) => Array.from({ length: count }, (_, n) => `word${n}.`).join(" ");

describe("a list costs what it has the database look at", () => {
  const filtered = "query ($f: TaskFilter) { tasks(first: 1, filter: $f) { edges { node { id } } } }";
  const searched = `query ($q: String = "one two") { ${list(", filter: { search: $q }")} }`;
  const plain = 12;
  const some = 20;

  it.each<[what: string, query: string, variables: object, price: number]>([
    ["a page of the newest", `{ ${list("")} }`, {}, plain],
    ["one in another order", `{ ${list(", orderBy: { field: TITLE, direction: ASC }")} }`, {}, plain],
    [
      "no filter, in any of its forms",
      `{ a: ${list(", filter: null")} b: ${list(", filter: {}")} }`,
      {},
      2 * plain,
    ],
    ["a filter that asks for nothing", filtered, { f: { search: null, completed: null } }, plain],
    ["a filter", `{ ${list(", filter: { completed: true }")} }`, {}, plain + some],
    ["a filter in a variable", filtered, { f: { priority: [] } }, plain + some],
    [
      "a variable in a filter",
      `query ($c: Boolean) { ${list(", filter: { completed: $c }")} }`,
      { c: false },
      plain + some,
    ],
    ["a word", `{ ${search("one")} }`, {}, plain + some + 30],
    ["two words", `{ ${search("one two")} }`, {}, plain + some + 40],
    ["words in a filter in a variable", filtered, { f: { search: "one two" } }, plain + some + 40],
    ["words in a variable in a filter", searched, { q: "one two three" }, plain + some + 50],
    ["words in a variable's default", searched, {}, plain + some + 40],
    [
      "words in a default filter",
      filtered.replace("TaskFilter", 'TaskFilter = { search: "one" }'),
      {},
      plain + some + 30,
    ],
    ["a search for nothing", `{ ${search("  ")} }`, {}, plain + some],
    ["words that come twice, or are parts of others", `{ ${search("One ONE on")} }`, {}, plain + some + 30],
    ["a letter that stands for four words", `{ ${search("\ufdfa")} }`, {}, plain + some + 60],
    ["as many words as there may be", `{ ${search(words(16))} }`, {}, plain + some + 180],
    ["a text too long to be counted", `{ ${search("x".repeat(101))} }`, {}, plain + some + 180],
    ["more words than there may be, which is refused", `{ ${search(words(17))} }`, {}, plain + some + 180],
    ["what is no filter, and is refused", filtered, { f: "one two" }, plain],
    ["what is no search, and is refused", filtered, { f: { search: ["one"] } }, plain + some],
    ["how many there are", "{ tasks { totalCount } }", {}, 30],
    [
      "logins, log entries and keys",
      "{ sessions { __typename } securityEvents { __typename } personalTokens { __typename } }",
      {},
      30,
    ],
  ])("%s", (_what, query, variables, price) => {
    expect(priceOf(query, variables)).toBe(price);
  });

  it("so little for the web client that nobody types faster than four searches of two words a second", () => {
    const [page] = analyseCost(schema, TaskPage_TasksDocument as DocumentNode).operations.values();
    const filter = { completed: false, search: "water plants" };
    const { cost = Number.NaN } = page?.costOf({ first: 50, after: null, filter, isFirst: true }) ?? {};
    expect(cost).toBeGreaterThan(100);
    expect(60 * 4 * cost).toBeLessThan(budgetPolicies["queries-by-user"].points);
  });

  it("fifteen searches of sixteen words, by whatever way", () => {
    const text = JSON.stringify(words(16));
    const ways: [string, object][] = [
      [`{ ${repeat(15, (i) => `a${i}: ${search(words(16))}`)} }`, {}],
      [
        `query ($q: String) { ${repeat(15, (i) => `a${i}: ${list(", filter: { search: $q }")}`)} }`,
        { q: words(16) },
      ],
      [
        `query ($f: TaskFilter) { ${repeat(15, (i) => `a${i}: ${list(", filter: $f")}`)} }`,
        { f: { search: words(16) } },
      ],
      [
        `query ($q: String = ${text}) { ${repeat(15, (i) => `a${i}: ${list(", filter: { search: $q }")}`)} }`,
        {},
      ],
    ];
    for (const [query, variables] of ways) expect(priceOf(query, variables)).toBe(15 * 212);
  });
});

describe("a change costs what its texts take to be folded", () => {
  const create = "mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename } }";
  const change =
    "mutation ($t: String) { updateTask(input: { id: 1, title: $t, description: null }) { __typename } }";

  it.each<[what: string, query: string, variables: object, price: number]>([
    ["a title", create, { input: { title: "Water the plants" } }, 10],
    ["a long title in a variable", change, { t: "x".repeat(500) }, 13],
    ["a long description", create, { input: { title: "x", description: "\ufdfa".repeat(20_000) } }, 166],
    ["what is no input, and is refused", create, { input: ["x".repeat(500)] }, 10],
    ["deleting", "mutation { deleteTask(input: { id: 1 }) { __typename } }", {}, 10],
  ])("%s", (_what, query, variables, price) => {
    expect(priceOf(query, variables)).toBe(price);
  });
});
