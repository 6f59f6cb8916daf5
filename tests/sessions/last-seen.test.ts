import { Writable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createLastSeen } from "../../src/identity/last-seen.ts";
import type { Viewer } from "../../src/identity/viewer.ts";
import { type Background, createBackground } from "../../src/runtime/background.ts";
import { createLog } from "../../src/runtime/log.ts";
import { createDatabase, openPool } from "../helpers/database.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { uuidOf } from "../isolation/pair.ts";

const minute = 60_000;
const start = Date.parse("2026-11-21T12:00:00.000Z");

/** The server's clock. */
let now: number;
let server: TestServer;
let person: Person;
beforeAll(async () => {
  const database = await createDatabase();
  // As it is by default; the database of the tests is in more of a hurry.
  const admin = openPool(database.admin);
  await admin.query(`ALTER DATABASE "${database.admin.database}" SET synchronous_commit = on`);
  await admin.end();
  server = await startServer({ now: () => new Date(now) }, database);
});
afterAll(() => server.close());
beforeEach(async () => {
  now = start;
  person = await signUp(server);
});

const ask = () => person.data("{ viewer { id } }");

async function seenAt(userId = uuidOf(person.id)): Promise<number> {
  const { rows } = await server.admin.query("SELECT last_seen_at AS at FROM sessions WHERE user_id = $1", [
    userId,
  ]);
  return rows[0].at.getTime();
}

/** Waits until a session was seen at some time. */
const untilSeen = (at: number) => vi.waitFor(async () => expect(await seenAt()).toBe(at), 10_000);

describe("when a session was used last", () => {
  it("is written down once in five minutes", async () => {
    now = start + 5 * minute - 1;
    await ask();
    now = start + 5 * minute;
    await ask();
    await untilSeen(start + 5 * minute);
    now = start + 10 * minute - 1;
    expect((await server.statements(ask)).filter((text) => text.startsWith("UPDATE"))).toEqual([]);
    expect(await seenAt()).toBe(start + 5 * minute);
  });

  it("is written down though somebody holds the user's row: no trigger is entered for it", async () => {
    const holder = await server.admin.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT FROM users WHERE id = $1 FOR UPDATE", [uuidOf(person.id)]);
    now = start + 5 * minute;
    await ask();
    await untilSeen(now);
    await holder.query("ROLLBACK");
    holder.release();
  });

  it("is all that is committed without waiting for the disk", async () => {
    // What holds when a transaction is committed.
    await server.admin.query(`CREATE TABLE commits (waits text);
      CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        INSERT INTO public.commits VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER commits AFTER UPDATE ON sessions DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION note_commit();
      CREATE CONSTRAINT TRIGGER commits AFTER INSERT ON tasks DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION note_commit()`);
    now = start + 5 * minute;
    await ask();
    await untilSeen(now);
    // By whatever connection of the pool's.
    await Promise.all(Array.from({ length: 20 }, (_, n) => person.addTask({ title: `${n}` })));
    const { rows } = await server.admin.query(
      "SELECT waits, count(*)::int FROM commits GROUP BY waits ORDER BY 1",
    );
    expect(rows).toEqual([
      { waits: "off", count: 1 },
      { waits: "on", count: 20 },
    ]);
    await server.admin.query(
      "DROP TRIGGER commits ON sessions; DROP TRIGGER commits ON tasks; DROP TABLE commits; DROP FUNCTION note_commit",
    );
  });
});

describe("what is to be written down", () => {
  let background: Background;
  let note: (viewer: Viewer, at: Date) => void;
  let warnings: string[];
  beforeEach(() => {
    warnings = [];
    const write = (chunk: Buffer, _encoding: string, done: () => void) => {
      warnings.push(JSON.parse(String(chunk)).msg);
      done();
    };
    background = createBackground(createLog("warn", new Writable({ write })));
    note = createLastSeen(server.bound, background);
  });

  /** Sessions of users of their own. */
  async function makeViewers(count: number): Promise<Viewer[]> {
    const { rows } = await server.admin.query(
      `WITH made AS (INSERT INTO users (id, email, email_key, hashed_password, created_at)
         SELECT id, id, id, 'x', $2 FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1)) AS ids RETURNING id)
       INSERT INTO sessions (user_id, id, created_at, expires_at, last_seen_at)
         SELECT id, gen_random_uuid(), $2, $2 + interval '1 day', $2 FROM made RETURNING user_id AS id, id AS "sessionId"`,
      [count, new Date(start)],
    );
    return rows.map((row) => ({ ...row, tokenId: null, lastSeenAt: new Date(start) }));
  }

  async function countSeen(viewers: Viewer[], at: Date): Promise<number> {
    const { rows } = await server.admin.query(
      "SELECT count(*)::int FROM sessions WHERE user_id = ANY($1) AND last_seen_at = $2",
      [viewers.map(({ id }) => id), at],
    );
    return rows[0].count;
  }

  it("takes one connection however many come at once, and is all written down when the server has stopped", async () => {
    const viewers = await makeViewers(50);
    const at = new Date(start + 5 * minute);
    const holder = await server.admin.connect();
    await holder.query("BEGIN; LOCK sessions IN EXCLUSIVE MODE");
    // Each of them again, as long as the first waits.
    for (const viewer of [...viewers, ...viewers]) note(viewer, at);
    const countWaiting = async () => {
      const { rows } = await server.admin.query(
        "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return rows[0].count;
    };
    await vi.waitFor(async () => expect(await countWaiting()).toBe(1), 10_000);
    expect(await countSeen(viewers, at)).toBe(0);
    await holder.query("ROLLBACK");
    holder.release();
    const statements = await server.statements(() => background.settle());
    expect(statements.filter((text) => text.startsWith("UPDATE")).length).toBeLessThanOrEqual(50);
    expect(await countSeen(viewers, at)).toBe(50);
    expect(warnings).toEqual([]);
  });

  it("is no more than a thousand, and comes again", async () => {
    const viewers = await makeViewers(1001);
    const at = new Date(start + 5 * minute);
    for (const viewer of viewers) note(viewer, at);
    await background.settle();
    expect(await countSeen(viewers, at)).toBe(1000);
    note(viewers[1000] as Viewer, at);
    await background.settle();
    expect(await countSeen(viewers, at)).toBe(1001);
  });

  it("is not tried one after the other while the database is away, which the log says once", async () => {
    const viewers = await makeViewers(20);
    const at = new Date(start + 5 * minute);
    await server.admin.query("ALTER TABLE sessions RENAME TO gone");
    for (const viewer of viewers) note(viewer, at);
    const statements = await server.statements(() => background.settle());
    await server.admin.query("ALTER TABLE gone RENAME TO sessions");
    expect(statements.filter((text) => text.startsWith("UPDATE"))).toHaveLength(1);
    expect(warnings).toEqual(["could not note when credentials were used"]);
    for (const viewer of viewers) note(viewer, at);
    await background.settle();
    expect(await countSeen(viewers, at)).toBe(20);
  });

  it("leaves out whose row somebody holds, and no other", async () => {
    const viewers = await makeViewers(3);
    const at = new Date(start + 5 * minute);
    const holder = await server.admin.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT FROM sessions WHERE user_id = $1 FOR UPDATE", [viewers[1]?.id]);
    for (const viewer of viewers) note(viewer, at);
    await background.settle();
    await holder.query("ROLLBACK");
    holder.release();
    expect(await countSeen(viewers, at)).toBe(2);
    expect(warnings).toEqual([]);
  });
});
