import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { type SentQuery, startServer, type TestServer } from "../helpers/server.ts";
import { uuidOf } from "../isolation/pair.ts";
import { orderFields } from "./seeded-list.ts";
import { walkDocument } from "./task-api.ts";

const count = 200_000;
const pageSize = 50;

let server: TestServer;
let person: Person;
let admin: pg.Client;

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  admin = new pg.Client({ ...inject("postgres"), database: server.connection.database ?? "" });
  await admin.connect();
  await fill();
  // Plans are looked at with the policies in them.
  await admin.query("SET ROLE ownlist_app");
  await admin.query("SELECT set_config('app.user_id', $1, false)", [uuidOf(person.id)]);
}, 120_000);
afterAll(async () => {
  await admin.end();
  await server.close();
});

/** Gives the person very many tasks, most of their keys equal to many others; indexes come last, being faster so. */
async function fill() {
  const { rows } = await admin.query(
    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'tasks' AND indexname <> 'tasks_pkey'",
  );
  for (const { indexname } of rows) await admin.query(`DROP INDEX ${indexname}`);
  // Row by row, the foreign key would take most of the time.
  await admin.query("SET session_replication_role = replica");
  await admin.query(
    `INSERT INTO tasks (user_id, id, title, title_key, title_search, priority, completed_at, due_local, version, created_at, updated_at)
      SELECT (SELECT id FROM users), ('01890000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
        'task', 'task ' || n % 1000, 'task', n % 5, CASE WHEN hashint4(n) % 2 = 0 THEN now() END,
        CASE WHEN hashint4(-n) % 2 = 0 THEN timestamp '2026-01-01' + n % 2000 * interval '1 day' END,
        1, now(), timestamptz '2026-01-01' + n / 500 * interval '1 minute'
      FROM generate_series(1, ${count}) n`,
  );
  for (const { indexdef } of rows) await admin.query(indexdef);
  await admin.query("ANALYZE tasks");
}

type Node = { "Node Type": string; Plans?: Node[]; "Actual Rows": number; "Rows Removed by Filter"?: number };

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** @returns the plan that a statement has once a connection has prepared it and used it for a while */
async function planOf({ text, values }: SentQuery): Promise<Node[]> {
  await admin.query(`PREPARE explained AS ${text}`);
  const call = `explained(${values.map((value) => admin.escapeLiteral(String(value))).join(", ")})`;
  try {
    for (let n = 0; n < 6; n++) await admin.query(`EXECUTE ${call}`);
    const { rows } = await admin.query(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE ${call}`);
    return nodesOf(rows[0]["QUERY PLAN"][0].Plan);
  } finally {
    await admin.query("DEALLOCATE explained");
  }
}

/** Asks for a page and checks how the database finds it. */
async function expectRanges(variables: object, touchedAtMost: number) {
  const [, ...queries] = await server.queries(() => person.data(walkDocument, variables));
  expect(queries.length).toBeGreaterThan(0);
  for (const query of queries) {
    const nodes = await planOf(query);
    // A Result is a condition on the values alone, which spares the scan or lets it run.
    const types = nodes.map((node) => node["Node Type"]).filter((type) => type !== "Result");
    expect({ variables, types }).toEqual({
      variables,
      types: ["Limit", expect.stringMatching(/^Index (Only )?Scan/)],
    });
    const scan = nodes.at(-1);
    const touched = (scan?.["Actual Rows"] ?? 0) + (scan?.["Rows Removed by Filter"] ?? 0);
    expect({ variables, text: query.text, isLittle: touched <= touchedAtMost }).toMatchObject({
      isLittle: true,
    });
  }
}

/** @returns cursors of tasks in the middle of a list, and of its last page's first task */
async function deepCursors(orderBy: object): Promise<string[]> {
  const middle = { first: 1, orderBy, filter: { dueFrom: "2028-09-05", dueTo: "2028-09-05" } };
  const pages = [
    await person.data(walkDocument, middle),
    await person.data(walkDocument, { last: pageSize, orderBy }),
  ];
  return pages.map(({ tasks }) => tasks.pageInfo.startCursor);
}

describe("a page of a list of 200,000", () => {
  const orders = orderFields.flatMap((field) => ["ASC", "DESC"].map((direction) => ({ field, direction })));

  it.each(orders)(
    "by $field $direction is read from an index, no more than itself, wherever it lies",
    async (orderBy) => {
      const filter = {};
      await expectRanges({ orderBy, filter, first: pageSize }, pageSize + 1);
      await expectRanges({ orderBy, filter, last: pageSize }, pageSize + 1);
      for (const cursor of await deepCursors(orderBy)) {
        await expectRanges({ orderBy, filter, first: pageSize, after: cursor }, pageSize + 1);
        await expectRanges({ orderBy, filter, last: pageSize, before: cursor }, pageSize + 1);
      }
    },
  );

  it.each(orders)(
    "by $field $direction between two cursors looks at nothing outside them",
    async (orderBy) => {
      const [after = ""] = await deepCursors(orderBy);
      const { tasks } = await person.data(walkDocument, { orderBy, first: 10, after });
      const before = tasks.pageInfo.endCursor;
      await expectRanges({ orderBy, first: pageSize, after, before }, pageSize + 1);
      await expectRanges({ orderBy, last: pageSize, after, before }, pageSize + 1);
    },
  );

  it.each(orders)(
    "of what is open by $field $direction looks at few tasks that are done",
    async (orderBy) => {
      const filter = { completed: false };
      for (const cursor of await deepCursors(orderBy)) {
        await expectRanges({ orderBy, filter, first: pageSize, after: cursor }, 3 * pageSize);
        await expectRanges({ orderBy, filter, last: pageSize, before: cursor }, 3 * pageSize);
      }
    },
  );

  it("of a hundred nodes is read by their keys", async () => {
    const { tasks } = await person.data(walkDocument, { first: 100 });
    const ids = tasks.edges.map((edge: { node: { id: string } }) => edge.node.id);
    const document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Task { title } } }";
    const [, query] = await server.queries(() => person.data(document, { ids }));
    const types = (await planOf(query ?? { text: "", values: [] })).map((node) => node["Node Type"]);
    expect(types).not.toContain("Seq Scan");
    expect(types).not.toContain("Sort");
  });
});
