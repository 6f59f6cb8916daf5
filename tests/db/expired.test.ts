import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { BoundPool } from "../../src/db/bound-pool.ts";
import { removeExpired } from "../../src/db/expired.ts";
import { createLog } from "../../src/runtime/log.ts";
import { startHousekeeping } from "../../src/server/housekeeping.ts";
import { signUp } from "../helpers/people.ts";
import { type SentQuery, startServer, type TestServer } from "../helpers/server.ts";
import { uuidOf } from "../isolation/pair.ts";

const now = new Date("2026-11-21T12:00:00.000Z");

let server: TestServer;
let ids: string[];
beforeAll(async () => {
  server = await startServer({ now: () => now });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.admin.query("DELETE FROM users");
  ids = [];
  for (let n = 0; n < 3; n++) ids.push(uuidOf((await signUp(server)).id));
});

/** Gives somebody tasks, by SQL alone; null for what is not deleted. */
async function addTasks(userId: string | undefined, count: number, deletedAt: string | null): Promise<void> {
  const client = await server.admin.connect();
  await client.query("SET session_replication_role = replica");
  await client.query(
    `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at, deleted_at)
     SELECT $1, gen_random_uuid(), 't', 't', 't', '2025-01-01', '2025-01-01', $3 FROM generate_series(1, $2)`,
    [userId, count, deletedAt],
  );
  await client.query("RESET session_replication_role");
  client.release();
}

async function countTasks(userId?: string): Promise<number> {
  const { rows } = await server.admin.query(
    "SELECT count(*)::int FROM tasks WHERE user_id = $1 OR $1 IS NULL",
    [userId ?? null],
  );
  return rows[0].count;
}

type Ran = { rowCount: number; milliseconds: number };

/** The server's pool, which notes what was run through it. */
function watch(): { pool: BoundPool; sent: () => number; ran: Ran[] } {
  const ran: Ran[] = [];
  let sent = 0;
  const query: BoundPool["query"] = async (binding, statement) => {
    sent++;
    const since = performance.now();
    const result = await server.bound.query(binding, statement);
    ran.push({ rowCount: result.rowCount ?? 0, milliseconds: performance.now() - since });
    return result as never;
  };
  return { pool: { ...server.bound, query }, sent: () => sent, ran };
}

describe("what has expired is removed", () => {
  it("a hundred rows at a time, with nineteen times as long as a statement took in between", async () => {
    await addTasks(ids[0], 1000, "2026-01-01");
    const { pool, ran } = watch();
    const since = performance.now();
    await removeExpired(pool, now);
    const elapsed = performance.now() - since;
    const busy = ran.slice(0, -1).reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    expect(Math.max(...ran.map(({ rowCount }) => rowCount))).toBe(100);
    // A timer may be a millisecond early.
    expect(elapsed).toBeGreaterThan(20 * busy - ran.length);
  });

  it("all of it and nothing else, however many rows have expired at once", async () => {
    await addTasks(ids[0], 250, "2026-01-01");
    await addTasks(ids[1], 150, "2026-01-01");
    await addTasks(ids[0], 1, "2026-01-02");
    await addTasks(ids[0], 2, "2026-11-20");
    await addTasks(ids[1], 3, null);
    expect(await removeExpired(server.bound, now)).toMatchObject({ tasks: 401 });
    expect([await countTasks(ids[0]), await countTasks(ids[1])]).toEqual([2, 3]);
    expect(await removeExpired(server.bound, now)).toMatchObject({ tasks: 0 });
  });

  it("but for those of somebody whose row is held, which keep nobody else's", async () => {
    await addTasks(ids[0], 150, "2026-01-01");
    await addTasks(ids[1], 150, "2026-01-02");
    const holder = await server.admin.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT FROM users WHERE id = $1 FOR UPDATE", [ids[0]]);
    expect(await removeExpired(server.bound, now)).toMatchObject({ tasks: 150 });
    expect([await countTasks(ids[0]), await countTasks(ids[1])]).toEqual([150, 0]);
    await holder.query("ROLLBACK");
    holder.release();
    expect(await removeExpired(server.bound, now)).toMatchObject({ tasks: 150 });
  });

  it("until the server stops, whose last statement is the one under way", async () => {
    await addTasks(ids[0], 30_000, "2026-01-01");
    const { pool, sent } = watch();
    const stop = startHousekeeping(pool, () => now, createLog("silent"));
    await vi.waitFor(async () => expect(await countTasks()).toBeLessThan(30_000), 10_000);
    const before = sent();
    await stop();
    expect(sent()).toBe(before);
    expect(await countTasks()).toBeGreaterThan(0);
  });
});

describe("what is to be removed is found by an index", () => {
  /** How the database runs a statement as the server's role for it does. */
  async function planOf({ text, values }: SentQuery): Promise<string> {
    const client = await server.admin.connect();
    const isUsers = text.includes("user_id = $1");
    const binding = isUsers
      ? ["ownlist_app", "app.user_id", values[0]]
      : ["ownlist_housekeeping", "app.now", now];
    await client.query("BEGIN");
    await client.query("SELECT set_config('role', $1, true), set_config($2, $3, true)", binding);
    const { rows } = await client.query(`EXPLAIN ${text}`, values);
    await client.query("ROLLBACK");
    client.release();
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  }

  it("among many that live, without sorting them", async () => {
    await addTasks(ids[0], 30_000, null);
    await addTasks(ids[0], 1000, "2026-11-20");
    await addTasks(ids[0], 150, "2026-01-01");
    await server.admin.query(
      "INSERT INTO rate_limits (key, points, expire) SELECT 'count ' || n, 1, $1::bigint + n FROM generate_series(-149, 30000) AS n",
      [now.getTime()],
    );
    await server.admin.query("ANALYZE tasks; ANALYZE rate_limits");
    const queries = await server.queries(() => removeExpired(server.bound, now));
    const plans: [string, string][] = [];
    for (const query of queries)
      if (/public\.(tasks|rate_limits)/.test(query.text)) plans.push([query.text, await planOf(query)]);
    expect(plans).toHaveLength(6);
    for (const [text, plan] of plans) {
      expect(plan).toMatch(/Index Scan (using|on) (tasks_deleted|tasks_pkey|rate_limits_expiry)/);
      expect(plan).not.toMatch(text.startsWith("SELECT") ? /Seq Scan|Bitmap|Sort/ : /Seq Scan|Sort/);
    }
  });
});
