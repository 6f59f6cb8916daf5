import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { allFieldsOf } from "../helpers/selection.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
let person: Person;
let ids: string[];

beforeAll(async () => {
  // Kept answers would be given without executing anything.
  server = await startServer({ graphql: { answerCache: false } });
  person = await signUp(server);
  ids = [];
  for (const title of ["one", "two", "three"]) {
    const due = title === "two" ? { date: "2026-11-21", time: "09:30", timeZone: "Europe/Vienna" } : null;
    ids.push(await person.addTask({ title, due, description: title === "one" ? null : "d" }));
  }
});
afterAll(() => server.close());

const fields = allFieldsOf("Task");
const page = `edges { cursor node { ${fields} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount`;

const cases: [what: string, query: string, variables: () => object][] = [
  [
    "a list",
    `query ($n: Int, $f: TaskFilter) { tasks(first: $n, filter: $f) { ${page} } }`,
    () => ({ n: 2, f: { completed: false } }),
  ],
  ["a list with its defaults", `query ($n: Int = 1) { tasks(first: $n) { ${page} } }`, () => ({})],
  [
    "aliases",
    "{ a: tasks(first: 1) { totalCount } b: tasks(last: 1) { edges { n: node { t: title } } } }",
    () => ({}),
  ],
  [
    "fragments",
    "{ tasks { ...P } } fragment P on TaskConnection { edges { node { ...T } } } fragment T on Task { title __typename }",
    () => ({}),
  ],
  [
    "a condition",
    "query ($x: Boolean!) { tasks { edges { node { id title @include(if: $x) due { date @skip(if: $x) } } } } }",
    () => ({ x: false }),
  ],
  [
    "a fixed condition",
    "{ tasks { edges { node { id title @include(if: false) } } } viewer @skip(if: true) { id } }",
    () => ({}),
  ],
  [
    "a condition on a root field",
    "query ($x: Boolean!) { viewer @include(if: $x) { email } tasks { totalCount } }",
    () => ({ x: false }),
  ],
  [
    "nodes",
    "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Task { title due { at } } ... on User { email } } }",
    () => ({ ids: [ids[0], "x", person.id, ids[1]] }),
  ],
  [
    "a node",
    "query ($id: ID!) { node(id: $id) { id ... on Task { title } } task(id: $id) { title } }",
    () => ({ id: ids[0] }),
  ],
  ["nothing", '{ task(id: "x") { title } node(id: "x") { id } }', () => ({})],
  [
    "the schema",
    '{ __schema { queryType { name } } __type(name: "Task") { fields { name type { name kind ofType { name } } } } }',
    () => ({}),
  ],
  [
    "a cursor that is none",
    "query ($c: String)\n{\n  tasks(after: $c) { totalCount edges { cursor } } }",
    () => ({ c: "x" }),
  ],
  ["a page that is none", "{ tasks(first: 101) { totalCount edges { cursor } } }", () => ({})],
  [
    "a variable of the wrong type",
    "query ($n: Int) { tasks(first: $n) { totalCount } }",
    () => ({ n: "two" }),
  ],
  [
    "a variable with a slip",
    "query ($f: TaskFilter) { tasks(filter: $f) { totalCount } }",
    () => ({ f: { priority: ["URGNT"] } }),
  ],
  [
    "an alias with a name of the language",
    "{ __proto__: __typename viewer { __proto__: name email } }",
    () => ({}),
  ],
  [
    "a fragment in two places, under a condition in one",
    "{ a: viewer { ...F @include(if: false) } b: viewer { ...F } } fragment F on User { email }",
    () => ({}),
  ],
  ["a variable that is missing", "query ($id: ID!) { task(id: $id) { id } }", () => ({})],
  ["no operation of that name", "query A { viewer { id } } query B { viewer { name } }", () => ({})],
];

describe("a query that comes again and again", () => {
  it.each(cases)("is answered to the letter as at first: %s", async (_what, query, variables) => {
    const texts = [];
    for (let round = 0; round < 12; round++) {
      const { status, text, headers } = await person.send(query, variables());
      texts.push(`${status} ${headers.get("content-type")} ${text}`);
    }
    expect(new Set(texts).size, texts[0]).toBe(1);
  });

  it("sees each caller's rows, and each call's variables", async () => {
    const other = await signUp(server, "other");
    await other.addTask({ title: "of the other" });
    const query = "query ($n: Int) { viewer { email } tasks(first: $n) { edges { node { title } } } }";
    for (let round = 0; round < 12; round++) {
      const [own, theirs] = await Promise.all([
        person.data(query, { n: 1 + (round % 3) }),
        other.data(query, { n: 3 }),
      ]);
      expect(own.viewer.email).toBe(person.email);
      expect(own.tasks.edges).toHaveLength(1 + (round % 3));
      expect(theirs).toEqual({
        viewer: { email: other.email },
        tasks: { edges: [{ node: { title: "of the other" } }] },
      });
    }
  });
});

it("a list is no input object, however often the query comes", async () => {
  const query = "query ($f: TaskFilter) { tasks(filter: $f) { totalCount } }";
  const first = await person.send(query, { f: [] });
  for (let round = 0; round < 8; round++) await person.data(query, { f: {} });
  expect((await person.send(query, { f: [] })).text).toBe(first.text);
  expect(first.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
});

it("an operation name is no part of a document, whatever is in it", async () => {
  const send = async (query: string, operationName: string) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${person.token}` },
      body: JSON.stringify({ query, operationName }),
    });
    return await response.json();
  };
  const query = "query A { viewer { name } }";
  for (let round = 0; round < 8; round++) {
    expect(await send(`#x\n${query}`, "A")).toEqual({ data: { viewer: { name: "somebody" } } });
    expect(await send(query, "A")).toEqual({ data: { viewer: { name: "somebody" } } });
    for (const name of ["A\n#x", "", "A\n"]) expect(await send(query, name)).not.toHaveProperty("data");
  }
});

it("a text in a document is never taken for code, however often the query comes", async () => {
  const reached = () => Object.hasOwn(globalThis, "reachedByQuery");
  const marks = ["DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d", "NAN__57f286b9_4c20_487f_b409_79804ddcb4f8"];
  for (const mark of marks) {
    const text = `__MAGIC_${mark}globalThis.reachedByQuery=1`;
    const documents = [
      `{ tasks(filter: { search: "${text}" }) { totalCount } }`,
      `{ node(id: "${text}") { id } task(id: """${text}""") { id } }`,
      `query ($s: String = "${text}") { tasks(filter: { search: $s }) { totalCount } }`,
    ];
    for (const query of documents) {
      const answers = [];
      for (let n = 0; n < 12; n++) answers.push((await person.send(query)).text);
      expect(new Set(answers).size).toBe(1);
      expect(reached()).toBe(false);
    }
  }
});
