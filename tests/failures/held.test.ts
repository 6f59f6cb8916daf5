import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, it, onTestFinished, vi } from "vitest";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTask, login, newAddress, problemsOfRefusal, signup } from "./load.ts";

const patience = 5000;

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

beforeEach(async () => {
  await ann.send("{ viewer { id } }");
});

async function expectRefusals(requests: Promise<Answer>[]): Promise<void> {
  const start = performance.now();
  const answers = await Promise.all(requests);
  expect(answers.flatMap(problemsOfRefusal)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(patience);
}

/**
 * Nothing of the server's runs or waits in the database, and every connection is back where it came from. A request
 * with two statements is answered when the first fails; the other one's time is up a moment later.
 */
async function expectNothingLeft(): Promise<void> {
  await vi.waitFor(expectIdle, { timeout: 5000 });
}

async function expectIdle(): Promise<void> {
  // Within a transaction PostgreSQL goes on telling what it told first.
  await witness.query("SELECT pg_stat_clear_snapshot()");
  const { rows } = await witness.query(
    `SELECT state, query FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`,
  );
  expect(rows).toEqual([]);
  expect(server.pool.idleCount).toBe(server.pool.totalCount);
  expect(server.pool.waitingCount).toBe(0);
}

async function hold(lock: string): Promise<void> {
  await witness.query("BEGIN");
  onTestFinished(async () => {
    await witness.query("ROLLBACK");
  });
  await witness.query(lock);
}

it("check 59: a held table means 503 within five seconds, and its statements are ended", async () => {
  await hold("LOCK tasks IN ACCESS EXCLUSIVE MODE");
  await expectRefusals([
    ann.send("{ tasks { totalCount edges { node { title } } } }"),
    ann.send("{ tasks { edges { node { title } } } }"),
    ann.send(createTask, { title: "held" }),
  ]);
  await expectNothingLeft();
  expect((await ann.send("{ viewer { id } }")).status).toBe(200);
});

it("held accounts mean 503 for signing up and logging in", async () => {
  await hold("LOCK users, sessions IN SHARE MODE");
  await expectRefusals([
    server.graphql.send(signup, { email: newAddress() }),
    server.graphql.send(login, { email: ann.email }),
  ]);
  await expectNothingLeft();
});

it("a held row means 503 for its change", async () => {
  const id = await ann.addTask({ title: "held" });
  await hold("SELECT FROM tasks FOR UPDATE");
  const update = `mutation ($id: ID!) {
    updateTask(input: { id: $id, completed: true }) { ... on UpdateTaskPayload { task { id } } }
  }`;
  await expectRefusals([ann.send(update, { id })]);
  await expectNothingLeft();
});

it("a statement that takes too long is ended in the database and answered with 503", async () => {
  await witness.query(`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(30); RETURN NEW; END'`);
  await witness.query("CREATE TRIGGER dawdle BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION dawdle()");
  onTestFinished(async () => {
    await witness.query("DROP FUNCTION dawdle CASCADE");
  });
  await expectRefusals([ann.send(createTask, { title: "slow" })]);
  await expectNothingLeft();
});

it("when every connection of the pool is taken, what needs one gets 503 soon and is served once one is free", async () => {
  const taken = await Promise.all(
    Array.from({ length: server.pool.options.max ?? 0 }, () => server.pool.connect()),
  );
  const release = () => {
    for (const client of taken.splice(0)) client.release();
  };
  onTestFinished(release);
  await expectRefusals([
    ann.send("{ tasks { totalCount } }"),
    server.graphql.send(signup, { email: newAddress() }),
    server.graphql.send(login, { email: ann.email }),
  ]);
  // What is known to be short has connections of its own, where there are any: see db/lanes.ts.
  const short = await ann.send("{ viewer { id } }");
  expect(short.status).toBe(inject("pooler") === null ? 200 : 503);
  // Another server would be as busy, so nobody is to be sent there.
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  release();
  expect((await ann.send("{ viewer { id } }")).status).toBe(200);
});
