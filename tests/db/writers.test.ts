import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createRandom } from "../fuzz/random.ts";
import { signUp } from "../helpers/people.ts";
import { seed } from "../helpers/seed.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { directly } from "../isolation/connections.ts";
import { uuidOf } from "../isolation/pair.ts";

let server: TestServer;
let userId: string;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  userId = uuidOf((await signUp(server)).id);
});

const seqOf = async (id = userId) =>
  Number((await server.admin.query("SELECT seq FROM users WHERE id = $1", [id])).rows[0].seq);

/** All numbers of the user's tasks. */
async function numbers(): Promise<number[]> {
  const { rows } = await server.admin.query("SELECT seq::int FROM tasks WHERE user_id = $1", [userId]);
  return rows.map(({ seq }) => seq);
}

const insertTask = `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at, seq)
  VALUES ($1, gen_random_uuid(), $2, 't', 't', now(), now(), 0) RETURNING id, seq::int`;

const addTask = async (): Promise<string> => (await server.admin.query(insertTask, [userId, "t"])).rows[0].id;

/** A connection in a transaction on the user's behalf, as the server's are. */
async function begin(id = userId): Promise<pg.Client> {
  const client = new pg.Client(directly(server));
  await client.connect();
  await resume(client, id);
  return client;
}

const resume = (client: pg.Client, id = userId) =>
  client.query(
    `BEGIN; SELECT set_config('role', 'ownlist_app', true), set_config('app.user_id', '${id}', true)`,
  );

const blocked =
  "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

describe("writers at once", () => {
  it(`get different numbers in the order of their commits, so that a reader that goes by them misses none (TEST_SEED=${seed})`, async () => {
    const [writers, rounds] = [8, 50];
    const written: number[] = [];
    const write = async (writer: number) => {
      const random = createRandom(seed, writer);
      const pause = () => client.query("SELECT pg_sleep($1)", [random.below(4_000) / 1_000_000]);
      const client = await begin();
      let last = "";
      for (let n = 0; n < rounds; n++) {
        if (n > 0) await resume(client);
        await pause();
        const { rows } =
          n % 3 === 2
            ? await client.query(
                "UPDATE tasks SET version = version + 1 WHERE id = $1 RETURNING id, seq::int",
                [last],
              )
            : await client.query(insertTask, [userId, "t"]);
        await pause();
        const isUndone = n % 10 === 9;
        await client.query(isUndone ? "ROLLBACK" : "COMMIT");
        if (isUndone) continue;
        last = rows[0].id;
        written.push(rows[0].seq);
      }
      await client.end();
    };
    const seen = new Map<string, number>();
    const order: number[] = [];
    let done = false;
    const read = async () => {
      const reader = await begin();
      await reader.query("COMMIT");
      for (let isLast = false; !isLast; ) {
        isLast = done;
        await resume(reader);
        const since = order.at(-1) ?? 0;
        const { rows } = await reader.query("SELECT id, seq::int FROM tasks WHERE seq > $1 ORDER BY seq", [
          since,
        ]);
        await reader.query("COMMIT");
        for (const { id, seq } of rows) seen.set(id, seq);
        order.push(...rows.map(({ seq }) => seq));
      }
      await reader.end();
    };
    const start = await seqOf();
    const reading = read();
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    done = true;
    await reading;

    expect(new Set(written).size).toBe(writers * rounds * 0.9);
    expect(Math.min(...written)).toBe(start + 1);
    expect(Math.max(...written)).toBe(await seqOf());
    // None is left out either: what is rolled back gives its number back.
    expect(await seqOf()).toBe(start + written.length);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    const { rows } = await server.admin.query("SELECT id, seq::int FROM tasks WHERE user_id = $1", [userId]);
    expect(new Map(rows.map(({ id, seq }) => [id, seq]))).toEqual(seen);
  });

  it("wait for each other's transactions, in whatever order those change the same rows", async () => {
    const ids = [await addTask(), await addTask()];
    const change = "UPDATE tasks SET version = version + 1 WHERE id = $1 RETURNING seq::int";
    const [one, two] = [await begin(), await begin()];
    await one.query(change, [ids[0]]);
    const waiting = two.query(change, [ids[1]]);
    await expect.poll(async () => (await server.admin.query(blocked)).rowCount).toBe(1);
    const second = await one.query(change, [ids[1]]);
    await one.query("COMMIT");
    const third = await waiting;
    const fourth = await two.query(change, [ids[0]]);
    await two.query("COMMIT");
    const given = [second, third, fourth].map(({ rows }) => rows[0].seq);
    const last = await seqOf();
    expect(given).toEqual([last - 2, last - 1, last]);
    await Promise.all([one.end(), two.end()]);
  });

  it("of several rows in a statement never wait for each other in a circle", async () => {
    for (let n = 0; n < 20; n++) await addTask();
    const write = async (direction: string) => {
      const client = await begin();
      for (let n = 0; n < 25; n++) {
        if (n > 0) await resume(client);
        await client.query(`UPDATE tasks SET version = version + 1 FROM (SELECT user_id, id FROM tasks ORDER BY id ${direction}) AS sorted
          WHERE tasks.user_id = sorted.user_id AND tasks.id = sorted.id`);
        await client.query("COMMIT");
      }
      await client.end();
    };
    const before = await seqOf();
    await Promise.all(["ASC", "DESC", "ASC", "DESC"].map(write));
    expect(await seqOf()).toBe(before + 4 * 25 * 20);
    expect(new Set(await numbers()).size).toBe((await numbers()).length);
  });

  it("on nobody's behalf, an administrator's, may: one of two that cross is refused, and the other goes through", async () => {
    const ids = [await addTask(), await addTask()];
    const change = "UPDATE tasks SET version = version + 1 WHERE id = $1 RETURNING seq::int";
    const [one, two] = [await server.admin.connect(), await server.admin.connect()];
    await one.query("BEGIN");
    await two.query("BEGIN");
    await one.query(change, [ids[0]]);
    const waiting = two.query(change, [ids[1]]);
    await expect.poll(async () => (await server.admin.query(blocked)).rowCount).toBe(1);
    const outcomes = await Promise.allSettled([waiting, one.query(change, [ids[1]])]);
    const codes = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : []));
    expect(codes).toEqual(["40P01"]);
    await one.query("COMMIT");
    await two.query("COMMIT");
    expect(Math.max(...(await numbers()))).toBe(await seqOf());
    expect(new Set(await numbers()).size).toBe((await numbers()).length);
    one.release();
    two.release();
  });
});
