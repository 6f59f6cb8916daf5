import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { bindPool } from "../../src/db/bound-pool.ts";
import { createPool } from "../../src/db/pool.ts";
import { createPreparing } from "../../src/db/preparing.ts";
import { createDb } from "../../src/db/prisma.ts";
import { createRecordedStatements } from "../../src/db/recorded-statements.ts";
import { bindToViewer } from "../../src/db/viewer-db.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { type SentQuery, startServer, type TestServer } from "../helpers/server.ts";
import { uuidOf } from "../isolation/pair.ts";
import { orderFields } from "../tasks/seeded-list.ts";

let server: TestServer;
/** Has nothing but one task. */
let newcomer: Person;
/** Has very many. */
let hoarder: Person;
let taskId: string;

beforeAll(async () => {
  server = await startServer();
  [newcomer, hoarder] = [await signUp(server, "newcomer"), await signUp(server, "hoarder")];
  taskId = await newcomer.addTask({ title: "t" });
});
afterAll(() => server.close());

/** Gives the hoarder very many tasks, and a crowd some each. */
async function fill(): Promise<void> {
  await server.admin.query(
    `INSERT INTO users (id, email, email_key, hashed_password, created_at)
     SELECT gen_random_uuid(), n::text, n::text, 'x', now() FROM generate_series(1, 200) n`,
  );
  const tasks = (whose: string, count: number) =>
    `INSERT INTO tasks (user_id, id, title, title_key, title_search, priority, completed_at, due_local, created_at, updated_at)
     SELECT u.id, gen_random_uuid(), 'task', 'task ' || n, 'task', n % 5, CASE WHEN n % 2 = 0 THEN now() END,
       CASE WHEN n % 3 = 0 THEN timestamp '2026-01-01' + n % 900 * interval '1 day' END, now(), now()
     FROM users u, generate_series(1, ${count}) n WHERE ${whose}`;
  await server.admin.query(tasks(`u.id = '${uuidOf(hoarder.id)}'`, 30_000));
  await server.admin.query(tasks("u.email LIKE '%' AND u.email !~ '@'", 30));
  await server.admin.query("VACUUM ANALYZE");
}

const list = (args: string) => `{ tasks(${args}) { edges { node { title } } pageInfo { hasNextPage } } }`;

/** What is asked often, and how many statements that is. */
function hotOperations(id: string): [string, object?][] {
  const orders = orderFields.flatMap((field) =>
    ["ASC", "DESC"].map((each) => `{ field: ${field}, direction: ${each} }`),
  );
  return [
    [list("first: 20")],
    [list("first: 20, filter: { completed: false }")],
    ...orders.map((order): [string] => [list(`first: 20, orderBy: ${order}`)]),
    ["query ($id: ID!) { task(id: $id) { title } }", { id }],
    ["query ($id: ID!) { node(id: $id) { id ... on Task { title } } }", { id }],
    ["mutation ($id: ID!) { updateTask(input: { id: $id, priority: LOW }) { __typename } }", { id }],
    ["mutation ($id: ID!) { updateTask(input: { id: $id, completed: true }) { __typename } }", { id }],
  ];
}

type Node = { "Node Type": string; Plans?: Node[] };

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** @returns the plan for all values, with the policies in it, as a prepared statement of the server's gets it */
async function planOf(userId: string, { text, values }: SentQuery): Promise<Node[]> {
  const client = await server.admin.connect();
  try {
    await client.query("BEGIN; SET LOCAL ROLE ownlist_app");
    await client.query("SELECT set_config('app.user_id', $1, true)", [userId]);
    // EXPLAIN (GENERIC_PLAN) is PostgreSQL 16's.
    await client.query("SET LOCAL plan_cache_mode = force_generic_plan");
    await client.query(`PREPARE hot AS ${text}`);
    const given = values.map(() => "NULL").join();
    const { rows } = await client.query(`EXPLAIN (FORMAT JSON) EXECUTE hot(${given})`);
    return nodesOf(rows[0]["QUERY PLAN"][0].Plan);
  } finally {
    await client.query("ROLLBACK");
    await client.query("DEALLOCATE ALL");
    client.release();
  }
}

/** How the statements of the hot operations find their rows, those that are too slow. */
async function slowPlans(person: Person, id: string): Promise<string[]> {
  const slow: string[] = [];
  let looked = 0;
  for (const [document, variables] of hotOperations(id)) {
    const [, ...queries] = await server.queries(() => person.data(document, variables));
    for (const query of queries) {
      const types = (await planOf(uuidOf(person.id), query)).map((node) => node["Node Type"]);
      looked += 1;
      if (types.some((type) => /^(Seq Scan|Sort|Incremental Sort|Bitmap.*)$/.test(type)))
        slow.push(`${types.join(" < ")}: ${query.text}`);
      expect(query.text).not.toContain("OFFSET");
    }
  }
  expect(looked).toBeGreaterThanOrEqual(16);
  return slow;
}

describe("the plan for all values of a hot shape", () => {
  it("reads an index in its order, of somebody with next to nothing and of somebody with very much", async () => {
    await fill();
    const ids = await hoarder.data("{ tasks(first: 1) { edges { node { id } } } }");
    expect(await slowPlans(newcomer, taskId)).toEqual([]);
    expect(await slowPlans(hoarder, ids.tasks.edges[0].node.id)).toEqual([]);
  }, 60_000);
});

// Behind a pooler nothing is prepared.
it.skipIf(inject("pooler") !== null)("a list is planned once a connection, not each time", async () => {
  const preparing = createPreparing(true, pino({ enabled: false }));
  const pool = createPool(server.connection, pino({ enabled: false }), { max: 1, preparing });
  const boundPool = bindPool(pool, preparing);
  const db = createDb(boundPool);
  onTestFinished(async () => {
    await db.$disconnect();
    await pool.end();
  });
  const { task } = bindToViewer(db, createRecordedStatements(db, boundPool), uuidOf(newcomer.id));
  const where = { deletedAt: null };
  for (let n = 0; n < 50; n++)
    await task.findMany({ where, orderBy: [{ id: "desc" }], take: 20 + (n % 3), select: { title: true } });
  const { rows } = await pool.query(
    "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%LIMIT%'",
  );
  expect(rows).toEqual([{ generic_plans: "45", custom_plans: "5" }]);
});
