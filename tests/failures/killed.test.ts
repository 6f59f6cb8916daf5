import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { startLoad } from "./load.ts";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres.ts";

let postgres: OwnPostgres;
let server: TestServer;
let ann: Person;

beforeAll(async () => {
  postgres = await startOwnPostgres();
  server = await startServer({}, postgres);
  ann = await signUp(server);
});

afterAll(() => server.close());

/** Resolves with a connection as soon as the database takes one. */
async function untilAccepting(): Promise<pg.Client> {
  for (;;) {
    const client = new pg.Client(postgres.admin);
    client.on("error", () => {});
    try {
      await client.connect();
      return client;
    } catch {
      await client.end();
    }
  }
}

async function untilServed(): Promise<number> {
  const start = performance.now();
  while ((await ann.send("{ viewer { id } }")).status !== 200);
  return performance.now() - start;
}

it("a database killed under load costs nothing that was acknowledged, and requests meanwhile get 503", async () => {
  const load = startLoad(server, ann);
  for (let kills = 0; kills < 3; kills++) {
    await untilServed();
    await ann.addTask({ title: `before kill ${kills}` });
    postgres.kill();
    const witness = await untilAccepting();
    expect(await untilServed()).toBeLessThan(2000);
    await witness.end();
  }
  const { served, refused, faults, tasks, accounts } = await load.stop();
  expect(faults).toEqual([]);
  expect(served).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);

  const witness = await untilAccepting();
  const titles = (await witness.query("SELECT title FROM tasks")).rows.map(({ title }) => title);
  const emails = (
    await witness.query("SELECT email FROM users JOIN sessions ON user_id = users.id")
  ).rows.map(({ email }) => email);
  await witness.end();
  expect(tasks.filter((title) => !titles.includes(title))).toEqual([]);
  expect(new Set(titles).size).toBe(titles.length);
  expect(accounts.filter((email) => !emails.includes(email))).toEqual([]);
});
