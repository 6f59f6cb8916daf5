import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

const budgetOf = (points: number) => ({ "queries-by-user": { points, seconds: 600 } });
const plain = "query ($after: String) { tasks(first: 1, after: $after) { edges { node { id } } } }";
const plainCost = 12;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ rateLimits: budgetOf(10_000) });
});
afterAll(() => server.close());

const leftOf = ({ headers }: Answer) => Number(/;r=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1]);

/** @returns what somebody has left */
const left = async (person: Person) => leftOf(await person.send(plain)) + plainCost;

/** Runs something while nobody can read tasks, and lets them read once a statement has waited for 100 ms. */
async function whileLocked<T>({ admin }: TestServer, run: () => Promise<T>): Promise<T> {
  const client = await admin.connect();
  try {
    await client.query("BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE");
    const running = run();
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
      AND clock_timestamp() - query_start > interval '100 milliseconds'`;
    await expect.poll(async () => (await admin.query(waiting)).rowCount, { timeout: 10_000 }).toBe(1);
    await client.query("ROLLBACK");
    return await running;
  } finally {
    client.release();
  }
}

describe("a statement that may look at very many rows", () => {
  it.each([
    ["a search", 'query { tasks(first: 1, filter: { search: "a" }) { edges { cursor } } }', 61],
    ["a filter", "query { tasks(first: 1, filter: { completed: true }) { edges { cursor } } }", 31],
    ["a count", "query { tasks(first: 1) { totalCount } }", 30],
  ])("costs the user what it takes, beyond what was paid before: %s", async (_what, query, cost) => {
    const person = await signUp(server);
    const before = await left(person);
    const answer = await whileLocked(server, () => person.send(query));
    expect(answer.status).toBe(200);
    expect(leftOf(answer)).toBe(before - plainCost - cost);
    // Ten points for each of 95 milliseconds, but for what other statements had of them.
    expect(before - plainCost - (await left(person))).toBeGreaterThan(cost + 700);
  });

  it("costs no more than its price where the next rows of an index are the answer", async () => {
    const person = await signUp(server);
    const before = await left(person);
    await whileLocked(server, () => person.send(plain));
    expect(before - (await left(person))).toBe(2 * plainCost);
  });

  it("is charged to who asked, and to nobody else, and takes more than there is at most once", async () => {
    const few = await startServer({ rateLimits: budgetOf(200) });
    const [ann, bob] = [await signUp(few), await signUp(few)];
    const answer = await whileLocked(few, () => ann.send("{ tasks { totalCount } }"));
    expect(answer.status).toBe(200);
    expect((await ann.send(plain)).status).toBe(429);
    expect(leftOf(await bob.send(plain))).toBe(200 - plainCost);
    await few.close();
  });
});
