import { Writable } from "node:stream";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asAddress, asHousekeeper, asUser, bound } from "../../src/db/binding.ts";
import { type BoundPool, bindPool } from "../../src/db/bound-pool.ts";
import { createPool } from "../../src/db/pool.ts";
import { createPreparing } from "../../src/db/preparing.ts";
import { createDb, type Db } from "../../src/db/prisma.ts";
import { createLog } from "../../src/runtime/log.ts";
import { newId } from "../../src/schema/ids.ts";
import { clean, directly, leftoversOf } from "./connections.ts";
import { startTwoUsers, type TwoUsers } from "./two-users.ts";

let users: TwoUsers;
let pool: pg.Pool;
let boundPool: BoundPool;
let db: Db;
let { server, idA, idB } = {} as TwoUsers;

beforeAll(async () => {
  users = await startTwoUsers();
  ({ server, idA, idB } = users);
  const log = createLog("debug", new Writable({ write: (_chunk, _encoding, done) => done() }));
  const preparing = createPreparing(true, log);
  pool = createPool(directly(server), log, { max: 2, preparing });
  boundPool = bindPool(pool, preparing);
  db = createDb(boundPool);
  await server.admin.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.title LIKE '%refused at the commit%' THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'integrity_constraint_violation'; END IF;
      RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON tasks DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION refuse();`);
});
afterAll(async () => {
  await db.$disconnect();
  await pool.end();
  await users.close();
});

const who = `SELECT current_user AS role, current_setting('app.user_id', true) AS id, array(SELECT DISTINCT user_id FROM tasks) AS owners`;

const askWho = async (userId: string) => (await boundPool.query(asUser(userId), { text: who })).rows[0];

const nowhere = [clean, clean];

async function expectNothingLeft() {
  expect(await leftoversOf(pool)).toEqual(nowhere);
  for (const id of [idA, idB]) expect(await askWho(id)).toEqual({ role: "ownlist_app", id, owners: [id] });
  expect(await askWho("")).toEqual({ role: "ownlist_app", id: "", owners: [] });
}

const insertTask = `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
  VALUES ($1, $2, $3, 't', 't', now(), now())`;

const titled = async (title: string) =>
  (await server.admin.query("SELECT FROM tasks WHERE title = $1", [title])).rowCount;

describe("a binding ends with its statement", () => {
  it("that works", async () => {
    await boundPool.query(asUser(idA), { text: "SELECT 1" });
    await boundPool.query(asAddress(users.a.person.email), { text: "SELECT id FROM users" });
    await boundPool.query(asHousekeeper(new Date()), { text: "SELECT id FROM sessions" });
    await expectNothingLeft();
  });

  it.each([
    ["is no SQL", "SELEC 1", [], "42601"],
    ["is several", "SELECT 1; SELECT 2", [], "42601"],
    ["is nothing", "", [], undefined],
    ["names what there is not", "SELECT FROM nowhere", [], "42P01"],
    ["fails while it runs", "SELECT 1 / (extract(epoch FROM now()) * 0)::int", [], "22012"],
    ["fails after some rows", "SELECT 1 / (3 - n) FROM generate_series(1, 5) AS n", [], "22012"],
    ["has values that do not fit", "SELECT $1::int", ["x"], "22P02"],
    ["has a character that PostgreSQL can't store", "SELECT $1::text", ["\u0000"], "22021"],
    ["lacks a value", "SELECT $1::int, $2::int", [1], "08P01"],
    ["may not", "ALTER TABLE tasks DISABLE ROW LEVEL SECURITY", [], "42501"],
    ["violates a key", insertTask, ["nobody", newId(), "t"], "22P02"],
    ["violates a policy", insertTask, [newId(), newId(), "t"], "42501"],
    ["can't be in a transaction", "VACUUM", [], "25001"],
    ["would end the session's", "DISCARD ALL", [], "25001"],
  ])("that %s", async (_case, text, values, code) => {
    for (const name of ["", `named ${text}`.slice(0, 60)]) {
      const statement = { text, values, ...(name ? { name } : {}) };
      const outcome = boundPool.query(asUser(idA), statement);
      if (code === undefined) await outcome;
      else await expect(outcome).rejects.toMatchObject({ code });
      await expectNothingLeft();
    }
  });

  it("whose value is none that its policies understand", async () => {
    await expect(boundPool.query(asUser("x"), { text: who })).rejects.toMatchObject({ code: "22P02" });
    await expect(
      boundPool.query(asAddress("a\u0000b"), { text: "SELECT id FROM users" }),
    ).rejects.toMatchObject({ code: "22021" });
    await expectNothingLeft();
  });

  it.each([
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SET ROLE ownlist_app",
    "SET app.user_id = '01890000-0000-7000-8000-000000000000'",
    "SELECT set_config('app.user_id', '01890000-0000-7000-8000-000000000000', false), set_config('role', 'ownlist_login', false)",
  ])("and %s in one of them does not get into the next", async (text) => {
    await boundPool.query(asUser(idA), { text });
    for (let n = 0; n < 4; n++)
      for (const id of [idA, idB])
        expect(await askWho(id).catch(String)).toEqual({ role: "ownlist_app", id, owners: [id] });
    for (const client of await Promise.all([pool.connect(), pool.connect()])) client.release(true);
    await expectNothingLeft();
  });

  it("and without one there are no rows, through Prisma neither", async () => {
    expect(await db.task.findMany()).toEqual([]);
    expect(await db.user.count()).toBe(0);
    expect(await db.session.deleteMany()).toEqual({ count: 0 });
    expect(await db.task.updateMany({ data: { title: "stolen" } })).toEqual({ count: 0 });
    expect(await db.$queryRaw`SELECT FROM users`).toEqual([]);
    await expectNothingLeft();
  });
});

describe("a write is acknowledged when it is committed", () => {
  it("and one that is refused at the commit has failed", async () => {
    const title = "refused at the commit, in SQL";
    const write = boundPool.query(asUser(idA), { text: insertTask, values: [idA, newId(), title] });
    await expect(write).rejects.toMatchObject({ code: "23000" });
    expect(await titled(title)).toBe(0);
    await expectNothingLeft();
  });

  it("through the API too, and the same connection serves on", async () => {
    const title = "refused at the commit, in the API";
    const document = "mutation ($title: String!) { createTask(input: { title: $title }) { __typename } }";
    const { status, errors, data } = await users.a.person.send(document, { title });
    expect({ status, code: errors?.[0]?.extensions.code, data }).toMatchObject({
      code: "INTERNAL_SERVER_ERROR",
    });
    expect(await titled(title)).toBe(0);
    expect(await users.a.api.titles()).not.toContain(title);
  });

  const row = (title: string) => {
    const now = new Date();
    return {
      userId: idA,
      id: newId(),
      title,
      titleKey: "t",
      titleSearch: "t",
      createdAt: now,
      updatedAt: now,
    };
  };

  it("in a transaction of several statements, each of them bound", async () => {
    const seen = await bound(asUser(idA), () =>
      db.$transaction(async (transaction) => {
        await transaction.task.create({ data: row("in a transaction") });
        const [first] = await transaction.$queryRawUnsafe<object[]>(who);
        await transaction.task.updateMany({ data: { priority: 4 } });
        const [second] = await transaction.$queryRawUnsafe<object[]>(who);
        return [first, second];
      }),
    );
    expect(seen).toEqual([1, 2].map(() => ({ role: "ownlist_app", id: idA, owners: [idA] })));
    expect(await titled("in a transaction")).toBe(1);
    const { rows } = await server.admin.query("SELECT FROM tasks WHERE user_id = $1 AND priority = 4", [idB]);
    expect(rows).toEqual([]);
    await expectNothingLeft();
  });

  it("and a transaction that is refused at the commit has failed as a whole", async () => {
    const title = "refused at the commit, in a transaction";
    const write = bound(asUser(idA), () =>
      db.$transaction(async (transaction) => {
        await transaction.task.create({ data: row("goes with it") });
        await transaction.task.create({ data: row(title) });
      }),
    );
    await expect(write).rejects.toThrow();
    expect([await titled(title), await titled("goes with it")]).toEqual([0, 0]);
    await expectNothingLeft();
  });

  it("and a transaction that goes on after a failure is not taken for committed", async () => {
    const write = bound(asUser(idA), () =>
      db.$transaction(async (transaction) => {
        await transaction.task.create({ data: row("before a failure") });
        await transaction.$queryRawUnsafe("SELECT 1 / 0").catch(() => {});
      }),
    );
    await expect(write).rejects.toThrow();
    expect(await titled("before a failure")).toBe(0);
    await expectNothingLeft();
  });

  it("and one that throws in the middle leaves nothing", async () => {
    const write = bound(asUser(idA), () =>
      db.$transaction(async (transaction) => {
        await transaction.task.create({ data: row("thrown away") });
        throw new Error("thrown");
      }),
    );
    await expect(write).rejects.toThrow("thrown");
    expect(await titled("thrown away")).toBe(0);
    await expectNothingLeft();
  });
});

describe("statements of several users asked for at once", () => {
  it("are each their own, on fewer connections than there are", async () => {
    const asked = Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? idA : idB));
    const answers = await Promise.all(asked.map((id) => askWho(id)));
    expect(answers).toEqual(asked.map((id) => ({ role: "ownlist_app", id, owners: [id] })));
    const throughPrisma = asked.map((userId) =>
      bound(asUser(userId), () => db.task.findMany({ select: { userId: true } })),
    );
    for (const [n, rows] of (await Promise.all(throughPrisma)).entries())
      expect(new Set(rows.map(({ userId }) => userId))).toEqual(new Set([asked[n]]));
    await expectNothingLeft();
  });
});
