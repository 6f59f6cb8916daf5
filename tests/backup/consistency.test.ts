import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { environmentOf, startAdmin } from "../admin/admin-command.ts";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";
import { done, folder } from "./backups.ts";

const people = Array.from({ length: 6 }, (_, n) => `00000000-0000-7000-8000-00000000000${n}`);
const timeout = 20_000;

let database: TestDatabase;
let admin: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.admin);
  await admin.connect();
  // So much that a backup can't be read in one go, and hardly shrinks.
  for (const [n, id] of people.entries())
    await admin.query(
      `INSERT INTO users (id, email, email_key, hashed_password, created_at) VALUES ('${id}', '${n}', '${n}', 'x', now());
       INSERT INTO tasks (user_id, id, title, title_key, title_search, description, created_at, updated_at)
         SELECT '${id}', gen_random_uuid(), 'old', 'old', 'old',
           (SELECT string_agg(md5(n || '.' || m), '') FROM generate_series(1, 60) AS m), now(), now()
         FROM generate_series(1, 300) AS n`,
    );
});
const writers: ChildProcess[] = [];
afterAll(async () => {
  for (const writer of writers) writer.kill("SIGKILL");
  await admin.end();
  await database.drop();
});

/** @returns how many pairs it has committed, at any time */
function startWriter(): () => number {
  const script = join(import.meta.dirname, "pair-writer.ts");
  const writer = spawn(process.execPath, [script, JSON.stringify([database.connection, people])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  writers.push(writer);
  let pairs = 0;
  writer.stdout.on("data", (chunk: Buffer) => {
    pairs += chunk.toString().split("\n").length - 1;
  });
  return () => pairs;
}

const halves = `SELECT title FROM tasks WHERE title LIKE 'pair %' GROUP BY 1 HAVING count(*) <> 2`;
const numbers = `SELECT users.seq = max(tasks.seq) AS "isLast", count(*) = count(DISTINCT tasks.seq) AS "isOnce"
  FROM users JOIN tasks ON user_id = users.id GROUP BY users.id`;

/** Takes a backup whose end is read only when the writers have gone on meanwhile. */
async function takeSlowly(pairs: () => number): Promise<string> {
  const file = join(folder(), "file");
  const child = startAdmin(["backup", "-"], environmentOf(database as Parameters<typeof environmentOf>[0]));
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const closed = once(child, "close");
  await once(child.stdout, "readable");
  const before = pairs();
  await vi.waitFor(() => expect(pairs()).toBeGreaterThan(before + 60), { timeout });
  expect(child.exitCode).toBeNull();
  await pipeline(child.stdout, createWriteStream(file));
  expect([(await closed)[0], stderr]).toEqual([0, expect.stringMatching(/^Wrote a backup: 6 accounts/)]);
  return file;
}

it("a backup is of one moment, whatever several processes write meanwhile for several people", async () => {
  const counts = [startWriter(), startWriter()];
  const pairs = () => counts.reduce((sum, count) => sum + count(), 0);
  await vi.waitFor(() => expect(Math.min(...counts.map((count) => count()))).toBeGreaterThan(5), { timeout });
  for (let round = 0; round < 3; round++) {
    const before = pairs();
    const file = await takeSlowly(pairs);
    const copy = await createDatabase("template0");
    await done(copy, "restore", file);
    const reader = new pg.Client(copy.admin);
    await reader.connect();
    expect((await reader.query(halves)).rows).toEqual([]);
    const { rows } = await reader.query("SELECT count(*)::int AS tasks FROM tasks WHERE title LIKE 'pair %'");
    expect(rows[0].tasks).toBeGreaterThanOrEqual(before * 2);
    expect(rows[0].tasks).toBeLessThan(pairs() * 2);
    const all = (await reader.query(numbers)).rows;
    expect(all).toEqual(people.map(() => ({ isLast: true, isOnce: true })));
    await reader.end();
    await copy.drop();
  }
}, 120_000);
