import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { allFieldsOf } from "../helpers/selection.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
let person: Person;
const ids: string[] = [];

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  for (let n = 0; n < 120; n++) {
    const due = n % 2 === 0 ? null : { date: `2026-01-${10 + (n % 20)}` };
    ids.push(await person.addTask({ title: `${n}`, description: "d", due }));
  }
});
afterAll(() => server.close());

/** @returns what one operation asks the database, without the look-up of who asks, which has to come first, or along */
async function ask(query: string, variables: object = {}): Promise<string[]> {
  const statements = await server.statements(() => person.data(query, variables));
  const isLookUp = (text: string) => text.includes("FROM public.sessions JOIN public.users");
  expect(statements[0]).toSatisfy(isLookUp);
  return statements.filter((text) => !isLookUp(text));
}

/** The columns that a statement reads, its own key left out. */
function columnsOf(statement: string | undefined): string[] {
  const [, list = ""] = /(?:^SELECT|RETURNING) (.*?)(?: FROM|$)/s.exec(statement ?? "") ?? [];
  const columns = [...list.matchAll(/"(\w+)"(?:,|$| AS)/g)].map(([, name]) => name ?? "");
  return columns.filter((name) => name !== "user_id" && name !== "id").sort();
}

const page = (args: string, selection: string) => `{ tasks(${args}) { ${selection} } }`;
const whole =
  "edges { cursor node { id title description due { at } } } pageInfo { hasNextPage hasPreviousPage } totalCount";

async function cursorAfter(count: number, order: string): Promise<string> {
  const { tasks } = await person.data(
    page(`first: ${count}, orderBy: { field: ${order}, direction: ASC }`, "pageInfo { endCursor }"),
  );
  return tasks.pageInfo.endCursor;
}

describe("the statements of a list", () => {
  it.each([
    ["a first page", page("first: 100", "edges { node { title } }"), 1],
    [
      "a first page with where it lies",
      page("first: 5", "edges { node { title } } pageInfo { hasNextPage hasPreviousPage endCursor }"),
      1,
    ],
    ["a last page", page("last: 5", "edges { node { title } } pageInfo { hasNextPage hasPreviousPage }"), 1],
    ["where a page lies, alone", page("first: 5", "pageInfo { hasNextPage }"), 1],
    ["the number of tasks, alone", page("filter: { completed: false }", "totalCount"), 1],
    ["a first page and the number of tasks", page("first: 5", whole), 2],
    [
      "a filtered and sorted first page",
      page(
        'first: 5, filter: { search: "1", completed: false, priority: [NONE] }, orderBy: { field: TITLE, direction: DESC }',
        "edges { node { title } }",
      ),
      1,
    ],
    [
      "a first page by due date, when enough is dated",
      page("first: 5, orderBy: { field: DUE, direction: ASC }", "edges { node { title } }"),
      1,
    ],
    [
      "a first page by due date that runs into what is undated",
      page("first: 100, orderBy: { field: DUE, direction: ASC }", "edges { node { title } }"),
      2,
    ],
    [
      "the same edges under two names",
      page("first: 5", "a: edges { node { title } } b: edges { cursor }"),
      1,
    ],
    ["nothing of a list", page("first: 5", "__typename"), 0],
    ["whether something comes before the first page", page("first: 5", "pageInfo { hasPreviousPage }"), 0],
    ["who is asking", "{ viewer { id email name createdAt } }", 0],
  ])("of %s are pinned", async (_case, query, count) => {
    expect(await ask(query)).toHaveLength(count);
  });

  it.each([
    ["CREATED_AT", 1, 2],
    ["UPDATED_AT", 2, 4],
    ["PRIORITY", 1, 2],
    ["TITLE", 2, 4],
    ["DUE", 2, 3],
  ])("of a later page by %s are %d, and %d with where it lies", async (field, plain, placed) => {
    const after = await cursorAfter(10, field);
    const args = `first: 5, after: "${after}", orderBy: { field: ${field}, direction: ASC }`;
    expect(await ask(page(args, "edges { node { title } }"))).toHaveLength(plain);
    const info = "edges { node { title } } pageInfo { hasNextPage hasPreviousPage }";
    expect(await ask(page(args, info))).toHaveLength(placed);
  });

  it("are as many for a hundred tasks as for one", async () => {
    for (const selection of [whole, `edges { node { ${allFieldsOf("Task")} } }`]) {
      const [one, hundred] = [
        await ask(page("first: 1", selection)),
        await ask(page("first: 100", selection)),
      ];
      expect(hundred).toHaveLength(one.length);
    }
  });

  it.each([
    ["title", "title", ["title"]],
    ["nothing but the id", "id", []],
    ["nothing but the type", "__typename", []],
    ["description and priority", "description priority", ["description", "priority"]],
    ["due", "due { date }", ["due_local", "due_time_zone"]],
    ["completed and completedAt", "completed completedAt", ["completed_at"]],
    ["what a fragment names", "... on Task { version } ... on Node { id }", ["version"]],
    [
      "what is included, not what is skipped",
      "title @skip(if: true) createdAt @include(if: true)",
      ["created_at"],
    ],
  ])("read the columns of %s and no other", async (_case, selection, columns) => {
    const [list] = await ask(page("first: 2", `edges { node { ${selection} } }`));
    expect(columnsOf(list)).toEqual(columns);
    const [single] = await ask(`query ($id: ID!) { task(id: $id) { ${selection} } }`, { id: ids[0] });
    expect(columnsOf(single)).toEqual(columns);
    const [changed] = await ask(
      `mutation ($id: ID!) { updateTask(input: { id: $id, priority: LOW }) { ... on UpdateTaskPayload { task { ${selection} } } } }`,
      { id: ids[0] },
    );
    expect(columnsOf(changed)).toEqual(columns);
  });

  it("read the column that is sorted by, for the cursor, besides what was asked for", async () => {
    const [list] = await ask(
      page("first: 2, orderBy: { field: TITLE, direction: ASC }", "edges { node { version } }"),
    );
    expect(columnsOf(list)).toEqual(["title_key", "version"]);
  });
});

describe("the statements of single tasks", () => {
  it("are one for each read and each change", async () => {
    const id = ids[1];
    expect(await ask("query ($id: ID!) { task(id: $id) { title due { at } } }", { id })).toHaveLength(1);
    expect(await ask("query ($id: ID!) { node(id: $id) { ... on Task { title } } }", { id })).toHaveLength(1);
    expect(
      await ask(
        'mutation { createTask(input: { title: "t" }) { ... on CreateTaskPayload { task { id title } } } }',
      ),
    ).toHaveLength(1);
    const update = (changes: string) =>
      ask(
        `mutation ($id: ID!) { updateTask(input: { id: $id, ${changes} }) { ... on UpdateTaskPayload { task { title } } } }`,
        { id },
      );
    expect(await update('title: "changed"')).toHaveLength(1);
    expect(await update("completed: true")).toHaveLength(1);
    expect(await update("completed: false, priority: HIGH")).toHaveLength(1);
    expect(
      await ask("mutation ($id: ID!) { deleteTask(input: { id: $id }) { __typename } }", { id }),
    ).toHaveLength(1);
    expect(
      await ask("mutation ($id: ID!) { restoreTask(input: { id: $id }) { __typename } }", { id }),
    ).toHaveLength(1);
  });

  it("are one for a hundred nodes, and none for what can't be an id", async () => {
    const query =
      "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Task { title due { at } } ... on User { email } } }";
    const statements = await ask(query, { ids: [...ids.slice(0, 99), person.id] });
    expect(statements).toHaveLength(1);
    expect(await ask(query, { ids: ["x", "", person.id] })).toHaveLength(0);
  });

  it.each(["Session", "PersonalToken", "SecurityEvent"])(
    "are one for a hundred nodes of %s too",
    async (type) => {
      const idsOf = (from: number) =>
        Array.from({ length: 50 }, (_, n) => {
          const id = `01890000-0000-7000-8000-${String(from + n).padStart(12, "0")}`;
          return Buffer.from(`${type}:${id}`).toString("base64");
        });
      const query = "query ($a: [ID!]!, $b: [ID!]!) { a: nodes(ids: $a) { id } b: nodes(ids: $b) { id } }";
      expect(await ask(query, { a: idsOf(0), b: idsOf(50) })).toHaveLength(1);
    },
  );
});
