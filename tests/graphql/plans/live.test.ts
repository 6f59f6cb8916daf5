import { describe, expect, it } from "vitest";
import { NotFoundError } from "../../../src/errors.ts";
import { schema } from "../../../src/features/schema.ts";
import { encodeId } from "../../../src/schema/ids.ts";
import { answerByExecute, planFor } from "./answers.ts";

const row = (n: number) => ({
  id: `01890000-0000-7000-8000-0000000000${10 + n}`,
  title: `task ${n} "quoted" \ud800 \u2028`,
  description: n % 2 ? null : "a\u0000b",
  completedAt: n % 2 ? new Date(1.7e12) : null,
  dueLocal: n % 3 ? new Date(1.8e12) : null,
  dueTimeZone: n % 3 === 1 ? "Europe/Vienna" : null,
  priority: n % 5,
  version: n,
  createdAt: new Date(1.7e12 + n),
  updatedAt: new Date(-62135596800000),
});
const rows = [0, 1, 2, 3, 4].map(row);

/** What resolvers get of a viewer whose database is these rows; `asked` are the columns that were asked for. */
function contextOf(asked: unknown[] = [], change: () => unknown = () => rows[0]) {
  const task = {
    findMany: async ({ select, where }: { select: object; where: object }) => {
      asked.push({ findMany: Object.keys(select).sort() });
      return JSON.stringify(where).includes("gone") ? [] : rows;
    },
    count: async () => 5,
    findUnique: async ({ select }: { select: object }) => {
      asked.push({ findUnique: Object.keys(select).sort() });
      return rows[3];
    },
    create: async ({ select }: { select: object }) => {
      asked.push({ create: Object.keys(select).sort() });
      return change();
    },
    updateMany: async () => ({ count: 1 }),
    updateManyAndReturn: async () => [change()],
  };
  const viewer = { id: "u", email: "a@example.com", name: null, createdAt: new Date(0), emailVerified: true };
  const tables = { task };
  return {
    viewer,
    db: { viewerId: "u", ...tables, charged: tables },
    outcome: { textSize: 0 },
    now: () => new Date(1.75e12),
  };
}

const id = encodeId("Task", rows[0]?.id ?? "");
const list = "edges { cursor node { id title completed due { date time at } priority version } }";

const written: [what: string, query: string, variables?: Record<string, unknown>][] = [
  [
    "a list",
    `{ tasks { ${list} pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`,
  ],
  [
    "a list by variables",
    `query ($n: Int, $f: TaskFilter) { tasks(first: $n, filter: $f) { ${list} } }`,
    { n: 2, f: { completed: false } },
  ],
  ["a default", `query ($n: Int = 1) { tasks(first: $n) { ${list} } }`, {}],
  [
    "a variable called __proto__",
    `query ($__proto__: Int) { tasks(first: $__proto__) { ${list} } }`,
    JSON.parse('{"__proto__":1}'),
  ],
  [
    "names of the language",
    "{ __proto__: __typename then: viewer { toString: name __proto__: email constructor: id toJSON: id } }",
  ],
  [
    "names with an underscore",
    "{ c_a: tasks(first: 1) { edges { node { title } } } c: tasks(first: 1) { a: edges { cursor } } }",
  ],
  [
    "a fragment in two places, under a condition in one",
    "{ a: viewer { id ...F @include(if: false) } b: viewer { id ...F } } fragment F on User { email }",
  ],
  [
    "a condition on a root field",
    "query ($x: Boolean!) { viewer @include(if: $x) { email } tasks { totalCount } }",
    { x: false },
  ],
  [
    "conditions that leave nothing",
    "query ($x: Boolean!) { viewer { email @include(if: $x) } }",
    { x: false },
  ],
  [
    "conditions in fragments",
    `query ($x: Boolean!) { tasks { ...P @skip(if: $x) ... @include(if: $x) { totalCount } } }
    fragment P on TaskConnection { edges { node { ...T } } } fragment T on Task { title @include(if: $x) version }`,
    { x: true },
  ],
  [
    "merged fields",
    "{ tasks { edges { node { title } } } tasks { edges { node { version due { date } } cursor } } ... on Query { tasks { edges { node { due { at } } } } } }",
  ],
  [
    "an abstract type",
    `query ($id: ID!) { node(id: $id) { __typename id ... on Task { title } ... on Node { i: id } ... on User { email } } }`,
    { id },
  ],
  [
    "several",
    `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ...T } } fragment T on Task { title }`,
    { ids: [id, "x", encodeId("User", "u"), id] },
  ],
  ["nothing", '{ task(id: "x") { title } node(id: "x") { id } }'],
  [
    "a change",
    `mutation { createTask(input: { title: "t" }) { __typename ... on CreateTaskPayload { task { id title } } ... on Error { message } } }`,
  ],
  [
    "a change that is refused",
    `mutation { createTask(input: { title: "" }) { ... on ValidationError { message fieldErrors { path message } } } }`,
  ],
  [
    "changes",
    `mutation ($id: ID!) { a: deleteTask(input: { id: $id }) { ... on DeleteTaskPayload { deletedTaskId } }
    b: updateTask(input: { id: $id, completed: true }) { ... on UpdateTaskPayload { task { completedAt } } } }`,
    { id },
  ],
];

const repeated: typeof written = [
  ["a page that is none", "{ tasks(first: 101) { totalCount } viewer { email } }"],
  [
    "a cursor that is none",
    "query ($c: String) { viewer { id } tasks(after: $c) { totalCount edges { cursor } } }",
    { c: "x" },
  ],
  [
    "a condition that is null",
    "query ($x: Boolean = true) { viewer { email @include(if: $x) } }",
    { x: null },
  ],
];

describe("what a plan writes is graphql-js's answer to the letter", () => {
  it.each(written)("%s", async (_what, query, variables = {}) => {
    const asked = { schema, query, variables, context: () => contextOf() };
    const answer = planFor(asked);
    const expected = await answerByExecute(asked);
    expect(JSON.parse(expected).errors).toBeUndefined();
    for (let round = 0; round < 3; round++)
      expect(await answer(variables)).toEqual({ text: expected, way: "written" });
  });

  it.each(repeated)("after an error: %s", async (_what, query, variables = {}) => {
    const asked = { schema, query, variables, context: () => contextOf() };
    const expected = await answerByExecute(asked);
    expect(JSON.parse(expected).errors).toHaveLength(1);
    expect(await planFor(asked)(variables)).toEqual({ text: expected, way: "repeated" });
  });

  it("with other values of conditions from request to request", async () => {
    const names = ["a", "b", "c", "d"];
    const query = `query (${names.map((name) => `$${name}: Boolean!`)}) {
      viewer { ${names.map((name) => `${name}: email @include(if: $${name})`).join(" ")} } }`;
    const asked = { schema, query, context: () => contextOf() };
    const answer = planFor(asked);
    for (let round = 0; round < 32; round++) {
      const variables = Object.fromEntries(names.map((name, bit) => [name, ((round >> bit) & 1) === 1]));
      const expected = await answerByExecute({ ...asked, variables });
      expect((await answer(variables)).text).toBe(expected);
    }
  });

  it.each([
    ["the schema", "{ viewer { id } __schema { queryType { name } } }"],
    ["a type of it", '{ __type(name: "Task") { name } }'],
  ])("and there is none for %s", async (_what, query) => {
    const asked = { schema, query, context: () => contextOf() };
    expect(await planFor(asked)()).toEqual({ text: await answerByExecute(asked), way: "not planned" });
  });
});

describe("a change", () => {
  const query = `mutation { first: createTask(input: { title: "t" }) { ... on CreateTaskPayload { task { id due { at } } } }
    second: createTask(input: { title: "u" }) { __typename } }`;

  it("is made once, whatever is wrong with its payload", async () => {
    const broken = { ...row(1), dueTimeZone: "No/Where" };
    const [planned, executed]: unknown[][] = [[], []];
    const { text, way } = await planFor({ schema, query })(
      {},
      contextOf(planned, () => broken),
    );
    expect(way).toBe("repeated");
    expect(text).toBe(
      await answerByExecute({ schema, query, context: () => contextOf(executed, () => broken) }),
    );
    expect(JSON.parse(text).errors).toHaveLength(1);
    expect(planned).toEqual(executed);
    expect(planned).toHaveLength(2);
  });

  it("that fails is tried once", async () => {
    const fail = () => {
      throw new Error("away");
    };
    const [planned, executed]: unknown[][] = [[], []];
    const { text, way } = await planFor({ schema, query })({}, contextOf(planned, fail));
    expect(way).toBe("repeated");
    expect(text).toBe(await answerByExecute({ schema, query, context: () => contextOf(executed, fail) }));
    expect(planned).toEqual(executed);
  });

  it("that is answered with an error as data is no error", async () => {
    const gone = () => {
      throw new NotFoundError();
    };
    const asked = { schema, query, context: () => contextOf([], gone) };
    expect(await planFor(asked)()).toEqual({ text: await answerByExecute(asked), way: "written" });
  });
});

describe("the columns that a selection takes", () => {
  const columns = async (query: string, ...requests: Record<string, unknown>[]) => {
    const answer = planFor({ schema, query });
    const asked: unknown[] = [];
    for (const variables of requests) await answer(variables, contextOf(asked));
    return asked;
  };

  it("are of each field its own, where names look alike", async () => {
    const query = `{ c_a: tasks { edges { node { title } } } c: tasks { a: edges { node { version } } } t: task(id: "x") { priority } }`;
    const once = [
      { findMany: ["id", "title", "userId"] },
      { findMany: ["id", "userId", "version"] },
      { findUnique: ["id", "priority", "userId"] },
    ];
    const asked = await columns(query, {}, {});
    expect(asked).toEqual(expect.arrayContaining(once));
    expect(asked).toHaveLength(6);
  });

  it("follow conditions from request to request", async () => {
    const query = "query ($x: Boolean!) { tasks { edges { node { id title @include(if: $x) } } } }";
    expect(await columns(query, { x: true }, { x: false }, { x: true })).toEqual([
      { findMany: ["id", "title", "userId"] },
      { findMany: ["id", "userId"] },
      { findMany: ["id", "title", "userId"] },
    ]);
  });
});
