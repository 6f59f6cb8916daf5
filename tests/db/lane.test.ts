import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { asUser } from "../../src/db/binding.ts";
import { type Lane, openLane } from "../../src/db/lane.ts";
import { newId } from "../../src/schema/ids.ts";
import { openPool } from "../helpers/database.ts";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { directly } from "../isolation/connections.ts";
import { uuidOf } from "../isolation/pair.ts";
import { type LaneClient, stateOf, unbound, watchLanes } from "./lane-clients.ts";

let server: TestServer;
const userIds: string[] = [];

beforeAll(async () => {
  server = await startServer();
  for (let n = 0; n < 8; n++) userIds.push(uuidOf((await signUp(server)).id));
  await server.admin.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'refused' USING ERRCODE = 'integrity_constraint_violation'; END $$;
    CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON tasks DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (NEW.title LIKE '%refused at the commit') EXECUTE FUNCTION refuse();
    CREATE FUNCTION shut() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'shut' USING ERRCODE = 'OL401'; END $$;`);
});
afterAll(() => server.close());

type Outcome = { title: string; rows?: Record<string, unknown>[]; code?: string };

const insertTask = `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
  VALUES ($1, $2, $3, 't', 't', now(), now())
  RETURNING title, user_id AS "userId", current_setting('app.user_id') AS id, current_user AS role`;

async function open(lanes = watchLanes()): Promise<{ lane: Lane; client: LaneClient }> {
  const lane = await openLane(directly(server), () => {});
  const client = [...lanes.keys()].at(-1);
  onTestFinished(() => lane.close());
  return { lane, client: client as LaneClient };
}

/** Sends one statement down a lane; named, as whatever goes there. */
function send(lane: Lane, userId: string, title: string, text = insertTask, values?: unknown[]) {
  const guard = {
    statement: { name: "shut", text: "SELECT shut()", values: [] },
    isPassed: false,
    pass() {},
  };
  const binding = title.endsWith("shut out") ? { ...asUser(userId), guard } : asUser(userId);
  const statement = { name: text.slice(0, 60), text, values: values ?? [userId, newId(), title] };
  return new Promise<Outcome>((resolve) => {
    lane.send(binding, statement, (error, result) => {
      const { code, message } = (error ?? {}) as { code?: string; message?: string };
      resolve(error === null ? { title, rows: result.rows } : { title, code: code ?? message ?? "" });
    });
  });
}

async function savedTitles(): Promise<Set<string>> {
  const { rows } = await server.admin.query("SELECT title FROM tasks");
  expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
  return new Set(rows.map(({ title }) => title));
}

/** How a group fails by itself: what is sent in its place. */
const failures: [how: string, code: string, title: string, text?: string, values?: unknown[]][] = [
  ["can't be parsed", "42601", "", "SELEC 1", []],
  ["fails while it runs", "22012", "", "SELECT 1 / $1::int", [0]],
  ["fails after some rows", "22012", "", "SELECT 1 / ($1 - n) FROM generate_series(1, 5) AS n", [3]],
  ["lacks a value", "08P01", "", "SELECT $1::int, $2::int", [1]],
  ["is not the user's to write", "42501", "", insertTask, [newId(), newId(), "another's"]],
  ["is refused at its commit", "23000", "refused at the commit"],
  ["is refused by its guard", "OL401", "shut out"],
  ["takes too long", "57014", "", "SELECT pg_sleep($1)", [10]],
  ["waits for a row", "55P03", "", "SELECT FROM users WHERE id = $1 FOR UPDATE", ["held"]],
];

const positions = 5;

describe.each(failures)("a group that %s", (how, code, title, text, values) => {
  it("at whatever place of a lane takes along no other, nothing of another's, and no binding", async () => {
    const { lane, client } = await open();
    const witness = new pg.Client({ ...inject("postgres"), database: server.connection.database ?? "" });
    await witness.connect();
    onTestFinished(() => witness.end());
    const [victim = ""] = userIds;
    await witness.query("BEGIN");
    if (code === "55P03") await witness.query("SELECT FROM users WHERE id = $1 FOR UPDATE", [victim]);
    const acknowledged: string[] = [];
    const failed: string[] = [];
    for (let place = 0; place < positions; place++) {
      const answers = Array.from({ length: positions }, (_, n) => {
        const own = `${how} ${place} ${n} ${title && n === place ? title : ""}`;
        if (n !== place) return send(lane, userIds[n + 1] ?? "", own.trim());
        return send(lane, victim, own, text, values?.[0] === "held" ? [victim] : values);
      });
      // On the same connection, between others' groups and before they are answered.
      expect(await stateOf(client)).toEqual(unbound);
      for (const [n, outcome] of (await Promise.all(answers)).entries()) {
        if (n === place) {
          expect(outcome).toMatchObject({ code });
          failed.push(outcome.title);
          continue;
        }
        const userId = userIds[n + 1];
        expect(outcome.rows).toEqual([{ title: outcome.title, userId, id: userId, role: "ownlist_app" }]);
        acknowledged.push(outcome.title);
      }
    }
    await witness.query("ROLLBACK");
    const saved = await savedTitles();
    expect(acknowledged.filter((each) => !saved.has(each))).toEqual([]);
    expect(failed.filter((each) => saved.has(each))).toEqual([]);
    expect(lane.load).toBe(0);
  });
});

describe.each(["pg_terminate_backend", "destroy"])("a lane that breaks by %s", (how) => {
  it("at whatever place loses nothing that was acknowledged, and writes nothing twice", async () => {
    const admin = openPool(server.admin.options);
    onTestFinished(() => admin.end());
    const lanes = watchLanes();
    for (let place = 0; place < positions; place++) {
      const { lane, client } = await open(lanes);
      const pid = (await client.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
      const slow = `${insertTask}, pg_sleep(0.05)::text`;
      const answers = Array.from({ length: positions + 3 }, (_, n) =>
        send(lane, userIds[n] ?? "", `${how} ${place} ${n}`, n >= place ? slow : insertTask),
      );
      if (place > 0) await answers[place - 1];
      if (how === "destroy") client.connection.stream.destroy();
      else await admin.query("SELECT pg_terminate_backend($1)", [pid]);
      const outcomes = await Promise.all(answers);
      const gone = "SELECT FROM pg_stat_activity WHERE pid = $1";
      await expect.poll(async () => (await admin.query(gone, [pid])).rowCount, { timeout: 5000 }).toBe(0);
      const saved = await savedTitles();
      const firstBroken = outcomes.findIndex(({ rows }) => rows === undefined);
      expect(firstBroken).toBeGreaterThanOrEqual(place);
      for (const [n, { title, rows, code }] of outcomes.entries()) {
        if (n >= firstBroken) {
          expect(code).toMatch(/^57P01$|^57014$|terminated|ECONNRESET|EPIPE/);
          continue;
        }
        expect(rows).toMatchObject([{ title, userId: userIds[n], id: userIds[n] }]);
        expect(saved.has(title)).toBe(true);
      }
      await expect.poll(() => lane.isFree, { timeout: 5000 }).toBe(false);
    }
  });
});

it("what comes after a transaction that stays open is not acknowledged, and not done", async () => {
  const { lane } = await open();
  const [a = "", b = ""] = userIds;
  const answers = [
    send(lane, a, "before it"),
    send(lane, a, "opens it", "BEGIN", []),
    send(lane, b, "inside of it"),
    send(lane, b, "at its end"),
  ];
  const [before, ...others] = await Promise.all(answers);
  expect(before?.rows).toHaveLength(1);
  expect(others.map(({ code }) => code)).toEqual(
    others.map(() => expect.stringMatching(/terminated|ECONNRESET|EPIPE/)),
  );
  await expect.poll(async () => (await savedTitles()).has("before it")).toBe(true);
  expect((await savedTitles()).has("inside of it")).toBe(false);
});

it("what can't be sent is refused before anything of it is", async () => {
  const { lane } = await open();
  const circular: Record<string, unknown> = {};
  circular.itself = circular;
  const [a = ""] = userIds;
  await expect(send(lane, a, "", "SELECT $1", [circular])).rejects.toThrow("circular");
  expect(lane.load).toBe(0);
  expect((await send(lane, a, "after it")).rows).toHaveLength(1);
});
