import pg from "pg";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTask, login, newAddress, problemsOfRefusal, signup } from "./load.ts";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres.ts";

const patience = 5000;

let postgres: OwnPostgres;
let server: TestServer;
let ann: Person;

beforeAll(async () => {
  postgres = await startOwnPostgres();
  server = await startServer({}, postgres);
  ann = await signUp(server);
});

afterAll(() => server.close());

/** Sends all of them at once. @returns how long the slowest took, in ms, and what is wrong with any answer */
async function refusals(requests: Promise<Answer>[]) {
  const start = performance.now();
  const answers = await Promise.all(requests);
  return { ms: performance.now() - start, problems: answers.flatMap(problemsOfRefusal) };
}

async function untilServed(): Promise<number> {
  const start = performance.now();
  while ((await ann.send("{ viewer { id } }")).status !== 200);
  return performance.now() - start;
}

it("a database that hangs gets every request a 503 within five seconds, and serves within two once it goes on", async () => {
  await ann.addTask({ title: "before" });
  postgres.freeze();
  onTestFinished(() => postgres.thaw());
  const { ms, problems } = await refusals([
    ann.send("{ viewer { id } }"),
    ann.send("{ tasks { totalCount edges { node { title } } } }"),
    ann.send(createTask, { title: "meanwhile" }),
    server.graphql.send(signup, { email: newAddress() }),
    server.graphql.send(login, { email: ann.email }),
    ...Array.from({ length: 40 }, () => ann.send("{ viewer { id } }")),
  ]);
  expect(problems).toEqual([]);
  expect(ms).toBeLessThan(patience);
  expect((await fetch(`${server.url}/live`)).status).toBe(200);
  expect((await fetch(`${server.url}/ready`)).status).toBe(503);
  expect((await server.graphql.send("{ viewer { id } }")).data).toEqual({ viewer: null });

  postgres.thaw();
  expect(await untilServed()).toBeLessThan(2000);
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
});

it("a sign-up that the database leaves in the middle is given up, and takes nobody's later changes with it", async () => {
  const query = pg.Client.prototype.query;
  const spy = vi.spyOn(pg.Client.prototype, "query");
  // Between BEGIN and the first row: when the database goes on, it finds the row in its socket and takes it.
  spy.mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [{ text }] = args as [{ text?: string }];
    if (text?.startsWith("INSERT") && text.includes('"users"')) postgres.freeze();
    return query.apply(this, args as never);
  } as never);
  onTestFinished(() => postgres.thaw());
  const { ms, problems } = await refusals([server.graphql.send(signup, { email: newAddress() })]);
  spy.mockRestore();
  expect(problems).toEqual([]);
  expect(ms).toBeLessThan(patience);

  postgres.thaw();
  await untilServed();
  const titles = Array.from({ length: 20 }, (_, i) => `after ${i}`);
  for (const title of titles) await ann.addTask({ title });
  const witness = new pg.Client(postgres.admin);
  await witness.connect();
  onTestFinished(() => witness.end());
  const saved = await witness.query("SELECT title FROM tasks WHERE title LIKE 'after %' ORDER BY id");
  expect(saved.rows.map(({ title }) => title)).toEqual(titles);
  const open = await witness.query(
    "SELECT query FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'",
  );
  expect(open.rows).toEqual([]);
});
