import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { login } from "../auth/accounts.ts";
import { openPool } from "../helpers/database.ts";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { directly } from "../isolation/connections.ts";
import { ownedTables, uuidOf } from "../isolation/pair.ts";
import { createTaskApi, type TaskApi } from "../tasks/task-api.ts";

let server: TestServer;
/** The tables' owner, whom no policy binds in this file. */
let owner: pg.Pool;
let api: TaskApi;
let userId: string;
let email: string;

beforeAll(async () => {
  server = await startServer();
  for (const { name } of await ownedTables(server))
    await server.admin.query(`ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`);
  owner = openPool(directly(server));
});
afterAll(async () => {
  await owner.end();
  await server.close();
});
beforeEach(async () => {
  const person = await signUp(server);
  [api, userId, email] = [createTaskApi(person), uuidOf(person.id), person.email];
});

const seqOf = async (id = userId) =>
  Number((await server.admin.query("SELECT seq FROM users WHERE id = $1", [id])).rows[0].seq);

/** All numbers of the user's rows, sorted. */
async function numbers(id = userId): Promise<number[]> {
  const tables = (await ownedTables(server)).filter(({ name }) => name !== "users");
  const each = tables.map(({ name }) => `SELECT seq FROM ${name} WHERE user_id = $1`);
  const { rows } = await server.admin.query(`${each.join(" UNION ALL ")} ORDER BY 1`, [id]);
  return rows.map(({ seq }) => Number(seq));
}

/** Columns whose change is none to tell of, by table. */
const unnumberedColumns: Record<string, string[]> = {
  sessions: ["last_seen_at", "refresh_used"],
  personal_tokens: ["last_seen_at"],
};

const insertTask = `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at, seq)
  VALUES ($1, gen_random_uuid(), $2, 't', 't', now(), now(), 0) RETURNING id, seq::int`;

async function addTask(
  pool: pg.Pool | pg.Client | pg.PoolClient,
  title = "t",
): Promise<{ id: string; seq: number }> {
  return (await pool.query(insertTask, [userId, title])).rows[0];
}

describe("each change has the user's next number", () => {
  it("through the API: signing up, logging in, and what is done to tasks", async () => {
    expect(await numbers()).toEqual([1, await seqOf()]);
    const changed = async (run: () => Promise<unknown>, isNew = true, count = isNew ? 1 : 0) => {
      const before = await seqOf();
      await run();
      expect(await seqOf()).toBe(before + count);
      if (isNew) expect(await numbers()).toContain(before + 1);
    };
    // The session, and its line in the security log.
    await changed(() => login(server, { email, password }), true, 2);
    await changed(() => api.add({ title: "a" }));
    await changed(() => api.add({ title: "b" }));
    const [{ node } = { node: { id: "" } }] = (await api.list()).edges;
    await changed(() => api.change({ id: node.id, title: "c" }));
    await changed(() => api.change({ id: node.id, title: "c" }));
    await changed(() => api.change({ id: node.id }), false);
    await changed(() => api.update({ id: node.id, title: "" }), false);
    await changed(() => api.update({ id: node.id, title: "x", expectedVersion: 99 }), false);
    await changed(() => api.remove(node.id));
    await changed(() => api.remove(node.id), false);
    await changed(() => api.restore(node.id));
    await changed(() => api.restore(node.id), false);
    await changed(() => api.list({ first: 100 }), false);
  });

  it.each(["the owner", "a superuser"])("in SQL by %s, whatever the statement says of it", async (who) => {
    const pool = who === "the owner" ? owner : server.admin;
    const ask = async (text: string, values: unknown[] = [userId]) =>
      (await pool.query(text, values)).rows.map(({ seq }) => seq);
    const start = await seqOf();
    await addTask(pool);
    await addTask(pool);
    expect(await numbers()).toEqual([1, start, start + 1, start + 2]);
    expect(await ask("UPDATE tasks SET seq = 1 WHERE user_id = $1 RETURNING seq::int")).toEqual([
      start + 3,
      start + 4,
    ]);
    expect(await ask("UPDATE sessions SET seq = seq + 1000 WHERE user_id = $1 RETURNING seq::int")).toEqual([
      start + 5,
    ]);
    expect(await ask("UPDATE users SET seq = 0 WHERE id = $1 RETURNING seq::int")).toEqual([start + 6]);
    expect(await ask("UPDATE users SET name = 'n' WHERE id = $1 RETURNING seq::int")).toEqual([start + 7]);
    expect(
      await ask("INSERT INTO sessions VALUES ($1, gen_random_uuid(), now(), now(), 1) RETURNING seq::int"),
    ).toEqual([start + 8]);
    expect(await seqOf()).toBe(start + 8);
  });

  it("but that a session or a token was seen, alone, is no change", async () => {
    const before = await seqOf();
    const seen = "UPDATE sessions SET last_seen_at = now() + interval '1 hour', seq = 99 WHERE user_id = $1";
    expect((await owner.query(seen, [userId])).rowCount).toBe(1);
    expect(await seqOf()).toBe(before);
    expect(await numbers()).toEqual([1, before]);
    await owner.query(`${seen.replace("SET", "SET address = 'x',")}`, [userId]);
    expect(await seqOf()).toBe(before + 1);
  });

  it("when a row is added that is there already, and so changed", async () => {
    const { id } = await addTask(owner);
    const before = await seqOf();
    const upsert = `INSERT INTO tasks SELECT * FROM tasks WHERE id = $1
      ON CONFLICT (user_id, id) DO UPDATE SET title = 'other' RETURNING seq::int`;
    const { rows } = await owner.query(upsert, [id]);
    expect(rows[0].seq).toBeGreaterThan(before);
    expect(rows[0].seq).toBe(await seqOf());
  });

  it("when rows are deleted, which leaves a gap that tells of it", async () => {
    const { seq } = await addTask(owner);
    await addTask(owner);
    const before = await seqOf();
    await owner.query("DELETE FROM tasks WHERE user_id = $1 AND seq = $2", [userId, seq]);
    expect(await seqOf()).toBe(before + 1);
    expect(await numbers()).not.toContain(before + 1);
    await owner.query("DELETE FROM sessions WHERE user_id = $1", [userId]);
    expect(await seqOf()).toBe(before + 2);
  });

  it("and a statement that changes nothing has none", async () => {
    const before = await seqOf();
    await owner.query("UPDATE tasks SET title = 'x' WHERE user_id = $1 AND title = 'nowhere'", [userId]);
    await owner.query("DELETE FROM tasks WHERE user_id = $1 AND title = 'nowhere'", [userId]);
    await owner.query("INSERT INTO tasks SELECT * FROM tasks WHERE false");
    const client = await owner.connect();
    await client.query("BEGIN");
    await addTask(client);
    await client.query("ROLLBACK");
    client.release();
    expect(await seqOf()).toBe(before);
  });

  it("of that user alone", async () => {
    const other = uuidOf((await signUp(server)).id);
    const before = await seqOf(other);
    await addTask(owner);
    await owner.query("DELETE FROM users WHERE id = $1", [userId]);
    expect(await seqOf(other)).toBe(before);
    const { rows } = await server.admin.query(
      "SELECT FROM tasks WHERE user_id = $1 UNION ALL SELECT FROM sessions WHERE user_id = $1",
      [userId],
    );
    expect(rows).toEqual([]);
  });

  it("in every table of a user's things, by the catalogue", async () => {
    // pg_trigger: 1 each row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate.
    const [eachRow, before, insert, remove, update, truncate] = [1, 2, 4, 8, 16, 32];
    for (const { name } of await ownedTables(server)) {
      const { rows } = await server.admin.query(
        `SELECT proname AS calls, tgtype::int AS type, tgenabled AS enabled, tgqual IS NULL AS always,
           CASE WHEN tgattr::text <> '' THEN ARRAY(SELECT attname::text FROM pg_attribute
             WHERE attrelid = tgrelid AND attnum > 0 AND NOT attisdropped AND attnum <> ALL (tgattr)) ELSE '{}' END AS unnumbered
         FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgrelid = $1::regclass AND NOT tgisinternal ORDER BY 1`,
        [name],
      );
      const { [name]: unnumbered = [] } = unnumberedColumns;
      const on = { enabled: "O", always: true, unnumbered };
      const any = before + insert + remove + update;
      const numbering = { ...on, calls: "number_change", type: eachRow + any };
      const locking = { ...on, calls: "lock_user", type: any };
      const noting = { ...on, calls: "note_count", type: any - before };
      const refusing = { ...on, unnumbered: [], calls: "refuse_truncate", type: before + truncate };
      const ofUsers = { ...on, calls: "number_user", type: eachRow + before + insert + update };
      const expected = name === "users" ? [ofUsers] : [locking, noting, numbering, refusing];
      expect({ name, rows }).toEqual({ name, rows: expected });
    }
  });

  it("for each of many rows of one statement, in a time that grows with their number", async () => {
    const before = await seqOf();
    const insert = `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
      SELECT $1, gen_random_uuid(), 't', 't', 't', now(), now() FROM generate_series(1, $2)`;
    // Were it to grow with the square of their number, this would take minutes, and the test has half of one.
    await owner.query(insert, [userId, 30_000]);
    expect(await seqOf()).toBe(before + 30_000);
    const { rows } = await server.admin.query(
      "SELECT count(DISTINCT seq)::int, min(seq)::int, max(seq)::int FROM tasks WHERE user_id = $1",
      [userId],
    );
    expect(rows).toEqual([{ count: 30_000, min: before + 1, max: before + 30_000 }]);
  });

  it("for the rows of several users that one statement changes", async () => {
    const other = uuidOf((await signUp(server)).id);
    const people = [userId, other, userId, other, userId];
    const before = [await seqOf(userId), await seqOf(other)];
    const { rows } = await owner.query(
      `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
       SELECT person, gen_random_uuid(), 't', 't', 't', now(), now() FROM unnest($1::uuid[]) AS person
       RETURNING user_id AS person, seq::int`,
      [people],
    );
    const [own = 0, theirs = 0] = before;
    const seqs = [own + 1, theirs + 1, own + 2, theirs + 2, own + 3];
    expect(rows).toEqual(people.map((person, n) => ({ person, seq: seqs[n] })));
    expect([await seqOf(userId), await seqOf(other)]).toEqual([own + 3, theirs + 2]);
  });

  it("for rows of several tables that one statement changes", async () => {
    const before = await seqOf();
    await owner.query(
      `WITH task AS (INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
         VALUES ($1, gen_random_uuid(), 't', 't', 't', now(), now()))
       INSERT INTO sessions (user_id, id, created_at, expires_at) VALUES ($1, gen_random_uuid(), now(), now())`,
      [userId],
    );
    expect(await seqOf()).toBe(before + 2);
    expect((await numbers()).slice(-2)).toEqual([before + 1, before + 2]);
  });

  it("by nothing that leaves no rows to number", async () => {
    for (const pool of [owner, server.admin]) {
      await expect(pool.query("TRUNCATE tasks")).rejects.toMatchObject({ code: "23001" });
      await expect(pool.query("TRUNCATE users CASCADE")).rejects.toMatchObject({ code: "23001" });
    }
  });
});
