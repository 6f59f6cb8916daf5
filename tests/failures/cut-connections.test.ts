import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { startLoad } from "./load.ts";

let server: TestServer;
let ann: Person;
let witness: pg.Client;

beforeAll(async () => {
  server = await startServer();
  ann = await signUp(server);
  witness = new pg.Client({ ...inject("postgres"), database: server.connection.database ?? "" });
  await witness.connect();
});

afterAll(async () => {
  await witness.end();
  await server.close();
});

const cutAll = () =>
  witness.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );

it("connections cut again and again under load mean 200 or 503, and every row is there once or not at all", async () => {
  const load = startLoad(server, ann);
  for (let cuts = 0; cuts < 25; cuts++) {
    await sleep(200);
    await cutAll();
  }
  const { served, refused, faults, tasks, accounts } = await load.stop();
  expect(faults).toEqual([]);
  expect(served).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
  expect((await ann.send("{ viewer { id } }")).status).toBe(200);

  const titles = (await witness.query("SELECT title FROM tasks")).rows.map(({ title }) => title);
  expect(tasks.filter((title) => !titles.includes(title))).toEqual([]);
  expect(new Set(titles).size).toBe(titles.length);
  const { rows } = await witness.query(
    "SELECT email, EXISTS (SELECT FROM sessions WHERE user_id = users.id) AS complete FROM users",
  );
  expect(rows.filter(({ complete }) => !complete)).toEqual([]);
  expect(accounts.filter((email) => !rows.some((row) => row.email === email))).toEqual([]);
});

it("connections cut while nobody uses them are noticed by no request", async () => {
  await Promise.all(Array.from({ length: 12 }, () => ann.send("{ tasks { totalCount } }")));
  await cutAll();
  // A connection that has ended tells so; the next request comes after that.
  while (server.pool.totalCount > 0) await sleep(5);
  for (let i = 0; i < 12; i++) expect((await ann.send("{ viewer { id } }")).status).toBe(200);
});
