import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { asUser, type Binding, bound, type Guard } from "../../src/db/binding.ts";
import { type BoundPool, bindPool } from "../../src/db/bound-pool.ts";
import { isRefusedByGuard } from "../../src/db/failures.ts";
import { createPool } from "../../src/db/pool.ts";
import { createPreparing } from "../../src/db/preparing.ts";
import { createDb, type Db } from "../../src/db/prisma.ts";
import { createLog } from "../../src/runtime/log.ts";
import { newId } from "../../src/schema/ids.ts";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { clean, directly, leftoversOf } from "../isolation/connections.ts";
import { uuidOf } from "../isolation/pair.ts";

let server: TestServer;
let userId: string;

beforeAll(async () => {
  server = await startServer();
  userId = uuidOf((await signUp(server)).id);
  await server.admin.query(`
    CREATE FUNCTION require_door(is_open boolean) RETURNS TABLE (number int, since timestamptz, who text)
      LANGUAGE plpgsql AS $$ BEGIN
        IF NOT is_open THEN RAISE EXCEPTION 'shut' USING ERRCODE = 'OL401'; END IF;
        RETURN QUERY SELECT 7, '2026-01-02T03:04:05Z'::timestamptz, current_setting('app.user_id');
      END $$;
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'refused' USING ERRCODE = 'integrity_constraint_violation'; END $$;
    CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON tasks DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (NEW.title = 'refused at the commit') EXECUTE FUNCTION refuse();`);
});
afterAll(() => server.close());

type TestGuard = Guard & { readonly rows: Record<string, unknown>[] };

function guardOf(isOpen: boolean, text = "SELECT * FROM require_door($1)"): TestGuard {
  const rows: Record<string, unknown>[] = [];
  const statement = { name: `guard ${text}`, text, values: [isOpen] };
  return { statement, isPassed: false, pass: (row) => rows.push(row), rows };
}

const insertTask = `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
  VALUES ($1, $2, $3, 't', 't', now(), now()) RETURNING title`;

const insert = (title: string) => ({ name: "insert", text: insertTask, values: [userId, newId(), title] });

async function countTasks() {
  const { rows } = await server.admin.query(
    "SELECT (SELECT count(*) FROM tasks)::int AS count, (SELECT sum(seq) FROM users)::int AS seq",
  );
  return rows[0];
}

const row = {
  number: 7,
  since: new Date("2026-01-02T03:04:05Z"),
  who: expect.any(String),
};

describe.each([
  ["prepared", true, 2],
  ["not prepared", false, 2],
  ["in lanes", true, 8],
])("a guard in front of statements that are %s", (how, isPrepared, max) => {
  let pool: pg.Pool;
  let boundPool: BoundPool;
  let db: Db;
  const with_ = (guard: Guard): Binding => ({ ...asUser(userId), guard });

  beforeAll(async () => {
    const log = createLog("silent");
    const preparing = createPreparing(isPrepared, log);
    const connection = isPrepared ? directly(server) : server.connection;
    pool = createPool(connection, log, { max, preparing });
    boundPool = bindPool(pool, preparing);
    db = createDb(boundPool);
    if (how === "in lanes") await untilInLanes();
  });
  afterAll(async () => {
    await db.$disconnect();
    await boundPool.close();
    await pool.end();
  });

  /** Resolves when what is sent does not get to the pool any more. */
  async function untilInLanes(): Promise<void> {
    const acquired = vi.fn();
    pool.on("acquire", acquired);
    await vi.waitFor(async () => {
      acquired.mockClear();
      await boundPool.query(asUser(userId), insert("to a lane"));
      expect(acquired).not.toHaveBeenCalled();
    });
    pool.off("acquire", acquired);
  }

  let before: unknown;
  beforeEach(async () => {
    before = await countTasks();
  });

  async function expectNothingDone(guard: TestGuard): Promise<void> {
    expect(await countTasks()).toEqual(before);
    expect(guard).toMatchObject({ isPassed: false, rows: [] });
    if (isPrepared) expect(await leftoversOf(pool)).toEqual(new Array(pool.options.max).fill(clean));
  }

  it("that holds lets them through, tells of its row first, bound as they are, and is asked once", async () => {
    const guard = guardOf(true);
    const answer = boundPool.query(with_(guard), insert("let through")).then(({ rows }) => {
      expect(guard.isPassed).toBe(true);
      return rows;
    });
    expect(await answer).toEqual([{ title: "let through" }]);
    expect(guard.rows).toEqual([{ ...row, who: userId }]);
    guard.statement.values[0] = false;
    await boundPool.query(with_(guard), insert("let through again"));
    expect(guard.rows).toHaveLength(1);
    expect(await countTasks()).toMatchObject({ count: (before as { count: number }).count + 2 });
  });

  it("that does not hold has none of them executed", async () => {
    const guard = guardOf(false);
    for (let n = 0; n < 3; n++) {
      const refused = await boundPool.query(with_(guard), insert("shut out")).catch((error) => error);
      expect(isRefusedByGuard(refused)).toBe(true);
    }
    await expectNothingDone(guard);
    // What was not parsed because of it is parsed for the next.
    expect((await boundPool.query(asUser(userId), insert("after it"))).rowCount).toBe(1);
  });

  it("goes with each of those that run before it has passed, and tells of what it answered", async () => {
    const guard = guardOf(true);
    const ask = (n: number) =>
      boundPool.query(with_(guard), { name: "n", text: "SELECT $1::int AS n", values: [n] });
    const answers = await Promise.all([1, 2, 3, 4].map(ask));
    expect(answers.map(({ rows }) => rows)).toEqual([1, 2, 3, 4].map((n) => [{ n }]));
    // Those that had to wait for a connection ran when it had passed.
    expect(guard.rows.length).toBeGreaterThan(0);
    for (const each of guard.rows) expect(each).toEqual(row);
  });

  it("has passed only when what stood behind it is committed", async () => {
    const guard = guardOf(true);
    await expect(boundPool.query(with_(guard), { name: "bad", text: "SELECT 1 / 0" })).rejects.toMatchObject({
      code: "22012",
    });
    await expectNothingDone(guard);
    const atCommit = boundPool.query(with_(guard), insert("refused at the commit"));
    await expect(atCommit).rejects.toMatchObject({ code: "23000" });
    await expectNothingDone(guard);
  });

  it("that answers no row, or whose row is not taken, has let nobody through", async () => {
    const empty = guardOf(true, "SELECT 1 WHERE NOT $1::boolean");
    await expect(boundPool.query(with_(empty), { name: "one", text: "SELECT 1" })).rejects.toThrow("no row");
    await expectNothingDone(empty);
    const odd: TestGuard = {
      ...guardOf(true),
      pass() {
        throw new Error("odd row");
      },
    };
    await expect(boundPool.query(with_(odd), { name: "one", text: "SELECT 1" })).rejects.toThrow("odd row");
    await expectNothingDone(odd);
  });

  it("is asked before a transaction begins, and nothing of that is done where it does not hold", async () => {
    const addTwo = (guard: Guard) =>
      bound(with_(guard), () =>
        db.$transaction(async (transaction) => {
          for (const title of ["one", "two"])
            await transaction.$executeRawUnsafe(insertTask, ...insert(title).values);
        }),
      );
    const shut = guardOf(false);
    const refused = await addTwo(shut).catch((error) => error);
    expect(isRefusedByGuard(refused)).toBe(true);
    await expectNothingDone(shut);
    const open = guardOf(true);
    await addTwo(open);
    expect(open).toMatchObject({ isPassed: true, rows: [row] });
  });

  it("is known by its failure through Prisma as well, and lets Prisma's statements through", async () => {
    const shut = guardOf(false);
    for (const operation of [
      () => db.task.findMany({ take: 1 }),
      () => db.task.updateMany({ data: { priority: 4 } }),
      () => db.$queryRawUnsafe("SELECT 1"),
    ]) {
      const refused = await bound(with_(shut), operation).then(String, (error) => error);
      expect(isRefusedByGuard(refused)).toBe(true);
    }
    await expectNothingDone(shut);
    const open = guardOf(true);
    expect((await bound(with_(open), () => db.task.findMany({ take: 1 }))).length).toBe(1);
    expect(open.rows).toHaveLength(1);
  });

  it("is no reason for others to be refused", () => {
    for (const error of [new Error("OL401"), { code: "P2002" }, null, undefined])
      expect(isRefusedByGuard(error)).toBe(false);
  });
});

it("a guard holds for statements that a connection has lost, too", async () => {
  const log = createLog("silent");
  const preparing = createPreparing(true, log);
  const pool = createPool(directly(server), log, { max: 1, preparing });
  const boundPool = bindPool(pool, preparing);
  const ask = (guard: Guard) => boundPool.query({ ...asUser(userId), guard }, insert("lost"));
  await ask(guardOf(true));
  await pool.query("DEALLOCATE ALL");
  const before = await countTasks();
  const shut = guardOf(false);
  expect(isRefusedByGuard(await ask(shut).catch((error) => error))).toBe(true);
  expect(await countTasks()).toEqual(before);
  expect(preparing.isOn).toBe(false);
  const open = guardOf(true);
  expect((await ask(open)).rows).toEqual([{ title: "lost" }]);
  expect(open.rows).toHaveLength(1);
  await pool.end();
});
