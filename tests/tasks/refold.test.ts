import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { keepFolded } from "../../src/db/folding.ts";
import { refoldTasks } from "../../src/features/tasks/refold.ts";
import { foldingRule } from "../../src/rules/folding.ts";
import { createLog } from "../../src/runtime/log.ts";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi } from "./task-api.ts";

const log = createLog("silent");
const many = 450;
let server: TestServer;
let right: object[];

const rows = async () =>
  (await server.admin.query("SELECT * FROM tasks ORDER BY user_id, id")).rows as {
    title: string;
    seq: string;
  }[];
const rule = async () => (await server.admin.query("SELECT folding FROM installation")).rows[0].folding;
const refold = (said: string[] = []) =>
  refoldTasks(server.connection, { log, say: (line) => said.push(line) });

/** What is the same before and after: all but the number of the change. */
const withoutSeq = (all: object[]) => all.map((row) => ({ ...row, seq: undefined }));

beforeAll(async () => {
  server = await startServer();
  const people = [await signUp(server), await signUp(server)];
  for (const person of people) {
    const api = createTaskApi(person);
    await api.add({ title: "Łódź", description: "Đà Nẵng" });
    await api.add({ title: "plain", description: null });
    const gone = await api.add({ title: "Straße" });
    await api.remove(gone.id);
  }
  // More than one batch.
  await server.admin.query(
    `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
     SELECT id, gen_random_uuid(), 'Ø ' || n, 'o ' || n, 'o ' || n, now(), now()
     FROM (SELECT id FROM users LIMIT 1) AS owner, generate_series(1, $1::int) AS n`,
    [many],
  );
  right = withoutSeq(await rows());
});
afterAll(() => server.close());

/** As the rule before left them. */
beforeEach(async () => {
  await server.admin.query(
    `UPDATE tasks SET title_key = replace(lower(title), 'ó', 'o'), title_search = lower(title),
       description_search = lower(description) WHERE title <> 'plain'`,
  );
  await server.admin.query("UPDATE installation SET folding = 1");
});

it("a new rule reaches every task, deleted ones too, and changes nothing else of them", async () => {
  const before = await rows();
  const said: string[] = [];
  await refold(said);
  const after = await rows();
  expect(withoutSeq(after)).toEqual(right);
  expect(after.filter(({ title }) => title === "plain")).toEqual(
    before.filter(({ title }) => title === "plain"),
  );
  expect(await rule()).toBe(foldingRule);
  expect(said).toEqual(["Preparing titles and descriptions for searching …"]);
});

it("a database that is up to date is left alone", async () => {
  await refold();
  const before = await rows();
  await refold();
  await server.admin.query("UPDATE installation SET folding = 1");
  await refold();
  expect(await rows()).toEqual(before);
});

it("servers that start at once do it once, one after the other", async () => {
  const said: string[] = [];
  await Promise.all([refold(said), refold(said), refold(said)]);
  expect(withoutSeq(await rows())).toEqual(right);
  expect(said).toHaveLength(1);
});

it("what was begun and broken off is done by the next start", async () => {
  const broken = keepFolded(server.connection, foldingRule, log, async () => {
    throw new Error("killed");
  });
  await expect(broken).rejects.toThrow("could not be prepared for searching: killed.");
  expect(await rule()).toBe(1);
  // As when the process is killed: its connections end, and nothing is noted.
  const client = new pg.Client(server.connection);
  await client.connect();
  await client.query("BEGIN; SELECT folding FROM installation FOR UPDATE");
  const waiting = refold();
  await client.end();
  await waiting;
  expect(withoutSeq(await rows())).toEqual(right);
  expect(await rule()).toBe(foldingRule);
});
