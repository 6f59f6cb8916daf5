import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import { asCharged, asUser, type Binding } from "../../src/db/binding.ts";
import { type BoundPool, bindPool } from "../../src/db/bound-pool.ts";
import { createPool } from "../../src/db/pool.ts";
import { createPreparing } from "../../src/db/preparing.ts";
import { createLog } from "../../src/runtime/log.ts";
import { newId } from "../../src/schema/ids.ts";
import { createRandom } from "../fuzz/random.ts";
import { seed } from "../helpers/seed.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { directly } from "../isolation/connections.ts";
import { type LaneClient, type Sent, stateOf, unbound, watchLanes } from "./lane-clients.ts";

let server: TestServer;
/** Two hundred, each with an account and nothing else. */
const owners = Array.from({ length: 200 }, () => newId());
const [ann = "", ben = ""] = owners;

beforeAll(async () => {
  server = await startServer();
  await server.admin.query(
    `INSERT INTO users (id, email, email_key, hashed_password, created_at)
     SELECT id, id, id, 'x', now() FROM unnest($1::uuid[]) AS id`,
    [owners],
  );
});
afterAll(() => server.close());

let pool: pg.Pool;
let boundPool: BoundPool;
let lanes: Map<LaneClient, Sent[]>;
let charged: [userId: string, milliseconds: number][];

/** @param max connections in all: of 16 four are lanes, of 8 two */
async function open(max: number): Promise<void> {
  lanes = watchLanes();
  charged = [];
  const log = createLog("silent");
  const preparing = createPreparing(true, log);
  pool = createPool(directly(server), log, { max, preparing });
  boundPool = bindPool(pool, preparing, (...charge) => charged.push(charge));
  onTestFinished(async () => {
    await boundPool.close();
    await pool.end();
  });
  await untilLanes(max / 4);
}

/** A look at who is bound, for lanes if there are any. */
const who = (userId: string) => ask(asUser(userId), "SELECT current_setting('app.user_id') AS id");

async function ask(binding: Binding, text: string, values: unknown[] = []) {
  const name = text.slice(0, 60);
  return (await boundPool.query<Record<string, unknown>>(binding, { name, text, values })).rows;
}

/** Those that are open. */
const clients = () => [...lanes.keys()].filter(({ connection }) => connection.stream.writable);
const sentTo = (client: LaneClient | undefined) => (client && lanes.get(client)) ?? [];
const allSent = () => [...lanes.values()].flat();

/** Resolves when so many lanes are open that have taken something, others than those known. */
async function untilLanes(count: number, known: readonly LaneClient[] = []): Promise<void> {
  await expect
    .poll(
      async () => {
        await Promise.all(Array.from({ length: count }, () => who(ben)));
        return clients().filter((each) => !known.includes(each) && sentTo(each).length > 0).length;
      },
      { timeout: 10_000, interval: 20 },
    )
    .toBe(count);
}

const insertTask = `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
  VALUES ($1, $2, $3, 't', 't', now(), now()) RETURNING title, user_id AS "userId"`;

const touch = "UPDATE users SET name = coalesce(name, '') || 'x' WHERE id = $1";
const sleep = "SELECT pg_sleep($1)::text AS slept";

/** Holds a user's row until the returned function is called, or the test is over. */
async function hold(userId: string): Promise<() => Promise<unknown>> {
  const client = await server.admin.connect();
  await client.query("BEGIN");
  await client.query("SELECT FROM users WHERE id = $1 FOR UPDATE", [userId]);
  let isHeld = true;
  const letGo = async () => {
    if (!isHeld) return;
    isHeld = false;
    await client.query("ROLLBACK");
    client.release();
  };
  onTestFinished(letGo);
  return letGo;
}

describe("200 owners at once", () => {
  const insert = (owner: string, title: string) => ask(asUser(owner), insertTask, [owner, newId(), title]);
  const slow = `${insertTask}, pg_sleep(0.3)::text`;
  const read = `SELECT title, user_id AS "userId" FROM tasks WHERE title = $1`;

  type Act = (owner: string, title: string) => Promise<Record<string, unknown>[]>;
  const acts: Record<string, Act> = {
    insert,
    slow: (owner, title) => ask(asUser(owner), slow, [owner, newId(), title]),
    read: async (owner, title) => {
      await insert(owner, title);
      return ask(asUser(owner), read, [title]);
    },
    fail: (owner) => ask(asUser(owner), "SELECT 1 / $1::int", [0]),
    another: (owner, title) => ask(asUser(owner), insertTask, [newId(), newId(), title]),
    unknown: (owner) => ask(asUser(owner), `SELECT FROM nowhere WHERE id = '${owner}'`),
  };
  const weights = { insert: 6, slow: 1, read: 6, fail: 2, another: 1, unknown: 1 };

  type Cut = (random: ReturnType<typeof createRandom>) => Promise<unknown> | unknown;
  /** Where none is open there is none to break. */
  function breakOne(random: ReturnType<typeof createRandom>): void {
    const open = clients();
    if (open.length > 0) random.pick(open).connection.stream.destroy();
  }
  const cuts: [how: string, cut: Cut, breaks: boolean][] = [
    ["no cuts", () => {}, false],
    ["sockets destroyed", breakOne, true],
    [
      "backends terminated",
      (random) =>
        server.admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
           AND application_name = 'ownlist' AND state = 'active' ORDER BY hashint4(pid # $1::int) LIMIT 1`,
          [random.below(2 ** 31)],
        ),
      true,
    ],
    [
      "statements cancelled",
      () =>
        server.admin.query(
          `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
           AND application_name = 'ownlist' AND state = 'active'`,
        ),
      false,
    ],
  ];

  it.each(cuts)(
    `and %s: each gets what is theirs, or an error (TEST_SEED=${seed})`,
    async (how, cut, breaks) => {
      await open(16);
      const letGo = await hold(ben);
      const random = createRandom(seed, how.length);
      const acknowledged: string[] = [];
      const refused: string[] = [];
      const faults: string[] = [];
      const work = owners.map(async (owner, n) => {
        for (let round = 0; round < 3; round++) {
          const title = `${how} ${owner} ${round}`;
          const act = random.weighted(weights);
          try {
            const rows = await acts[act]?.(owner, title);
            acknowledged.push(title);
            const [row] = rows ?? [];
            if (rows?.length !== 1 || row?.title !== title || row.userId !== owner)
              faults.push(`${act} of ${n}: ${JSON.stringify(rows)}`);
          } catch (error) {
            const { code = "", message } = error as { code?: string; message: string };
            // A connection that breaks leaves open what became of its writes; what PostgreSQL says does not.
            if (error instanceof pg.DatabaseError && act !== "read") refused.push(title);
            const isDue = /^(fail|another|unknown)$/.test(act) || owner === ben;
            const isCut =
              /^57P01$|^57014$/.test(code) ||
              /terminated|not queryable|closed|ECONNRESET|EPIPE/.test(message);
            if (!isDue && !(isCut && how !== "no cuts")) faults.push(`${act} of ${n}: ${code} ${message}`);
          }
        }
      });
      let isOver = false;
      const cutting = (async () => {
        while (!isOver) {
          await cut(random);
          await new Promise((resolve) => setTimeout(resolve, random.below(40)));
        }
      })();
      await Promise.all(work);
      isOver = true;
      await cutting;
      await letGo();
      expect(faults.slice(0, 5)).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(breaks ? 50 : 300);
      const { rows } = await server.admin.query("SELECT title FROM tasks WHERE title LIKE $1", [`${how} %`]);
      const titles = rows.map(({ title }) => title as string);
      const saved = new Set(titles);
      expect(titles.length).toBe(saved.size);
      expect(acknowledged.filter((title) => !saved.has(title))).toEqual([]);
      expect(refused.filter((title) => saved.has(title))).toEqual([]);
      expect(allSent().length).toBeGreaterThan(50);
      await untilLanes(4);
      for (const client of clients()) expect(await stateOf(client)).toEqual(unbound);
    },
  );
});

describe("a lane", () => {
  beforeEach(() => open(8));

  it("takes what is short, while the pool has nothing to do", async () => {
    const before = allSent().length;
    const answers = await Promise.all(owners.slice(0, 8).map(who));
    expect(answers).toEqual(owners.slice(0, 8).map((id) => [{ id }]));
    expect(allSent().length).toBe(before + 8);
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  it("sends all of one turn of the event loop in one write", async () => {
    const writes = new Map<LaneClient, number>();
    for (const client of clients()) {
      const stream = client.connection.stream as unknown as Record<
        "_writev" | "_write",
        (...args: never[]) => void
      >;
      for (const how of ["_writev", "_write"] as const) {
        const write = stream[how].bind(stream);
        stream[how] = (...args: never[]) => {
          writes.set(client, (writes.get(client) ?? 0) + 1);
          write(...args);
        };
      }
    }
    await Promise.all(owners.slice(0, 20).map(who));
    expect([...writes.values()]).toEqual([1, 1]);
  });

  it("gives back what takes too long for it, which is done once, by the pool, and goes there the next time", async () => {
    const text = `${insertTask}, pg_sleep(0.3)::text`;
    for (const title of ["long", "long again"]) {
      const before = allSent().length;
      expect(await ask(asUser(ann), text, [ann, newId(), title])).toMatchObject([{ title }]);
      expect(allSent().length - before).toBe(title === "long" ? 1 : 0);
      const { rowCount } = await server.admin.query("SELECT FROM tasks WHERE title = $1", [title]);
      expect(rowCount).toBe(1);
    }
    // Another's is another matter.
    const before = allSent().length;
    await ask(asUser(ben), text.replace("0.3", "0"), [ben, newId(), "short"]);
    expect(allSent().length).toBe(before + 1);
  });

  it("takes no more while what it has is late, and others are served meanwhile", async () => {
    const patient = owners.slice(100);
    /** @returns whether others were answered before what was late, and none of them by its lane */
    async function isLeft(): Promise<boolean> {
      const before = allSent().length;
      const long = ask(asUser(patient.pop() ?? ""), sleep, [0.14]);
      const late = allSent().find(({ isAnswered }) => !isAnswered) as Sent;
      expect(allSent().length).toBe(before + 1);
      const slow = clients().find((client) => sentTo(client).includes(late));
      await new Promise((resolve) => setTimeout(resolve, 60));
      const taken = sentTo(slow).length;
      await Promise.all(owners.slice(10, 30).map(who));
      const left = !late.isAnswered && sentTo(slow).length === taken;
      await long;
      return left;
    }
    // Where the machine is busy its time may be up before the others have begun.
    await expect.poll(isLeft, { timeout: 20_000, interval: 0 }).toBe(true);
  });

  it("has writes of one user that wait for a row end soon, and done by the pool when it is free", async () => {
    const letGo = await hold(ann);
    const writes = Array.from({ length: 20 }, () => ask(asUser(ann), touch, [ann]));
    // Down one lane, and not all of them.
    const touched = clients().filter((client) => sentTo(client).some(({ text }) => text === touch));
    expect(touched).toHaveLength(1);
    expect(sentTo(touched[0]).filter(({ text }) => text === touch)).toHaveLength(4);
    for (let round = 0; round < 5; round++) {
      const others = owners.slice(40, 60);
      expect(await Promise.all(others.map(who))).toEqual(others.map((id) => [{ id }]));
    }
    await expect.poll(() => allSent().every(({ isAnswered }) => isAnswered), { timeout: 5000 }).toBe(true);
    await letGo();
    await Promise.all(writes);
    const { rows } = await server.admin.query("SELECT name FROM users WHERE id = $1", [ann]);
    expect(rows[0].name).toBe("x".repeat(20));
  });

  it("has no more than a quarter of one user's at once, and serves others while they flood it", async () => {
    const flood = Array.from({ length: 300 }, () =>
      ask(asUser(ann), "SELECT pg_sleep(0.004)::text AS slept"),
    );
    const underWay = () => allSent().filter(({ isAnswered }) => !isAnswered).length;
    expect(underWay()).toBe(8);
    const others = owners.slice(100, 120);
    expect(await Promise.all(others.map(who))).toEqual(others.map((id) => [{ id }]));
    const outcomes = await Promise.allSettled(flood);
    expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);
  });

  it("that broke is replaced, and what comes meanwhile is served by the pool", async () => {
    const broken = clients();
    for (const { connection } of broken) connection.stream.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await Promise.all([who(ann), who(ben)])).toEqual([[{ id: ann }], [{ id: ben }]]);
    await untilLanes(2, broken);
  });

  it("that has lost what was prepared is replaced as well, at nobody's cost", async () => {
    const broken = clients();
    for (const client of broken) await client.query("DEALLOCATE ALL");
    for (const client of broken) {
      const answers = owners.slice(0, 6).map(who);
      expect(await Promise.all(answers)).toEqual(owners.slice(0, 6).map((id) => [{ id }]));
      expect(client.pipeline).toBe(true);
    }
    await untilLanes(2, broken);
  });

  it("takes no transactions, nothing for others than users, and nothing without a name or with a time of its own", async () => {
    const before = allSent().length;
    const text = "SELECT 1 AS one";
    await boundPool.query(asUser(ann), { text });
    await boundPool.query(asUser(ann), { name: "timed", text, timeout: 1000 });
    await boundPool.query({ ...asUser(ann), role: "ownlist_login" }, { name: "login", text });
    await boundPool.query(asUser(ann), { name: "set", text: "SET LOCAL app.user_id = ''" });
    await boundPool.query(asUser(ann), { name: "begin", text: "BEGIN" });
    expect(allSent().length).toBe(before);
  });

  it("takes what is charged when it was short in the pool, for nothing, until it is long", async () => {
    /** @returns how many went to lanes, and how many charges there were */
    async function look(seconds: number): Promise<[number, number]> {
      const before = [allSent().length, charged.length] as const;
      await ask(asCharged(ann), sleep, [seconds]);
      return [allSent().length - before[0], charged.length - before[1]];
    }
    expect(await look(0.05)).toEqual([0, 1]);
    // Where the machine is busy a short one may look long.
    const untilInLane = (seconds: number, charges: number) =>
      expect.poll(() => look(seconds), { timeout: 10_000, interval: 0 }).toEqual([1, charges]);
    expect(await look(0)).toEqual([0, 1]);
    await untilInLane(0, 0);
    await expect
      .poll(async () => [await look(0), await look(0.3)], { timeout: 20_000, interval: 0 })
      .toEqual([
        [1, 0],
        [1, 2],
      ]);
    expect(charged.filter(([, milliseconds]) => milliseconds === 150)).toHaveLength(1);
    expect(await look(0)).toEqual([0, 1]);
    await untilInLane(0, 0);
    expect(charged.every(([userId]) => userId === ann)).toBe(true);
  });

  it("has one at a time of what is charged to a user", async () => {
    const binding = asCharged(ben);
    const counts = async () => {
      const before = allSent().length;
      const answers = Array.from({ length: 6 }, () => ask(binding, sleep, [0]));
      const sent = allSent().length - before;
      await Promise.all(answers);
      return sent;
    };
    expect(await counts()).toBe(0);
    await expect.poll(counts, { timeout: 10_000, interval: 0 }).toBe(1);
  });
});

const countConnections = `SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'ownlist' AND pid <> ALL ($1)`;

async function pidsNow(): Promise<number[]> {
  const { rows } = await server.admin.query(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ownlist'",
  );
  return rows.map(({ pid }) => pid);
}

it("lanes and pool together have no more connections than they were given", async () => {
  const others = await pidsNow();
  await open(16);
  const slow = owners.map((owner) => ask(asUser(owner), "SELECT pg_sleep(0.02)::text AS slept"));
  await Promise.all(slow);
  const { rows } = await server.admin.query(countConnections, [others]);
  expect(rows[0].count).toBe(16);
});

it("lanes end when they are closed, and the pool serves on", async () => {
  const others = await pidsNow();
  await open(8);
  const answers = owners.slice(0, 8).map(who);
  await boundPool.close();
  expect(await Promise.all(answers)).toEqual(owners.slice(0, 8).map((id) => [{ id }]));
  const before = allSent().length;
  expect(await who(ann)).toEqual([{ id: ann }]);
  expect(allSent().length).toBe(before);
  const count = async () =>
    (await server.admin.query(countConnections, [others])).rows[0].count - pool.totalCount;
  await expect.poll(count, { timeout: 5000 }).toBe(0);
});

it.each([
  ["small", 4, true],
  ["not prepared on", 16, false],
])("a pool that is %s has no lanes", async (_, max, isPrepared) => {
  lanes = watchLanes();
  const log = createLog("silent");
  const preparing = createPreparing(isPrepared, log);
  pool = createPool(inject("pooler") === null ? directly(server) : server.connection, log, {
    max,
    preparing,
  });
  boundPool = bindPool(pool, preparing);
  expect(pool.options.max).toBe(max);
  for (let round = 0; round < 5; round++) await Promise.all(owners.slice(0, 10).map(who));
  expect(clients()).toEqual([]);
  await boundPool.close();
  await pool.end();
});
