import { Writable } from "node:stream";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { asUser, bound } from "../../src/db/binding.ts";
import { type BoundPool, bindPool } from "../../src/db/bound-pool.ts";
import { removeExpired } from "../../src/db/expired.ts";
import { createPool } from "../../src/db/pool.ts";
import { createPreparing } from "../../src/db/preparing.ts";
import { createDb, type Db } from "../../src/db/prisma.ts";
import { createRecordedStatements, type RecordedStatements } from "../../src/db/recorded-statements.ts";
import { bindToViewer } from "../../src/db/viewer-db.ts";
import { maskError } from "../../src/graphql/errors.ts";
import { makeSecret } from "../../src/identity/personal-secrets.ts";
import { keyOf } from "../../src/rate-limits/counter.ts";
import { createLog } from "../../src/runtime/log.ts";
import { decodeIdOf, newId } from "../../src/schema/ids.ts";
import { createRandom } from "../fuzz/random.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { seed } from "../helpers/seed.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTask, login } from "./load.ts";

/** What a server's process has; a quarter of them are lanes, where statements are prepared. */
const allConnections = 16;
const connections = inject("pooler") === null ? 12 : allConnections;
const quarter = connections / 4;

const update = `mutation ($id: ID!, $title: String!) {
  updateTask(input: { id: $id, title: $title }) { __typename }
}`;

let server: TestServer;
let ann: Person;
let ben: Person;
/** Their ids in the database. */
let idA: string;
let idB: string;
/** Past the server and its pools: holds rows. */
let witness: pg.Client;

beforeAll(async () => {
  const points = { points: 1000, seconds: 60 };
  server = await startServer({ rateLimits: { "login-by-address": points, "login-by-account": points } });
  [ann, ben] = [await signUp(server, "ann"), await signUp(server, "ben")];
  [idA, idB] = [ann, ben].map(({ id }) => decodeIdOf("User", id)) as [string, string];
  witness = new pg.Client({ ...inject("postgres"), database: server.connection.database ?? "" });
  await witness.connect();
});

afterAll(async () => {
  await witness.end();
  await server.close();
});

beforeEach(() => expectIdle());

/** Holds what a statement locks until the returned function is called, or the test is over. */
async function hold(text: string, values: unknown[] = []): Promise<() => Promise<unknown>> {
  await witness.query("BEGIN");
  onTestFinished(async () => {
    await witness.query("ROLLBACK");
  });
  await witness.query(text, values);
  return () => witness.query("ROLLBACK");
}

async function countWaiting(): Promise<number> {
  // By another connection: within a transaction PostgreSQL goes on telling what it told first.
  const { rows } = await server.admin.query(
    `SELECT count(*)::int AS waiting FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0].waiting;
}

/** Resolves when so many statements wait in the database for what is held. */
const untilWaiting = (count: number) =>
  vi.waitFor(async () => expect(await countWaiting()).toBe(count), { timeout: 10_000, interval: 10 });

async function expectIdle(): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await countWaiting()).toBe(0);
      expect(server.pool.idleCount).toBe(server.pool.totalCount);
    },
    { timeout: 10_000 },
  );
}

const many = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** The other user's everyday requests, which nobody may have to wait for. */
async function expectServed(person: Person): Promise<void> {
  const answers = await Promise.all([
    person.send("{ viewer { id } }"),
    person.send("{ tasks { totalCount edges { node { title } } } }"),
    person.send(createTask, { title: "meanwhile" }),
    server.graphql.send(login, { email: person.email }),
  ]);
  expect(answers.map(({ text }) => text).filter((text) => text.includes('"errors"'))).toEqual([]);
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
}

it("a user whose row somebody holds has a quarter of the connections wait for it, and the rest of theirs none", async () => {
  const id = await ann.addTask({ title: "held" });
  const letGo = await hold("SELECT FROM users WHERE id = $1 FOR UPDATE", [idA]);
  const answers = many(60, (n) => ann.send(update, { id, title: `${n}` }));
  await untilWaiting(quarter);
  await expectServed(ben);
  // One more may be trying its luck in a lane, for 50 milliseconds: the pool's and that are a quarter of all.
  expect(await countWaiting()).toBeLessThanOrEqual(quarter + 1);
  await letGo();
  // All of them were made, or refused as a whole.
  for (const { status, text } of await Promise.all(answers))
    expect(status === 503 ? text : "made").toMatch(status === 503 ? "SERVICE_UNAVAILABLE" : "made");
});

it("tries at one account from everywhere wait for its count with one connection", async () => {
  await server.graphql.send(login, { email: ann.email });
  await hold("SELECT FROM rate_limits WHERE key = $1 FOR UPDATE", [keyOf("login-by-account", ann.email)]);
  const answers = many(30, () => server.graphql.send(login, { email: ann.email }));
  await untilWaiting(1);
  await expectServed(ben);
  expect(await countWaiting()).toBe(1);
  for (const { status } of await Promise.all(answers)) expect(status).toBe(503);
});

it("forged personal tokens that name somebody take from the share of whoever sends them", async () => {
  await hold("LOCK personal_tokens IN ACCESS EXCLUSIVE MODE");
  const forged = many(40, () => makeSecret(idA, newId()).secret);
  const answers = forged.map((secret) => server.graphql.send("{ viewer { id } }", {}, secret));
  await untilWaiting(quarter);
  await expectServed(ann);
  expect(await countWaiting()).toBeLessThanOrEqual(quarter);
  await Promise.all(answers);
});

it("a personal token that was right takes from its owner's share, whatever its sender's address sends", async () => {
  const make = `mutation ($expiresAt: DateTime!) {
    createPersonalToken(input: { name: "script", scopes: [TASKS_READ], expiresAt: $expiresAt }) {
      ... on CreatePersonalTokenPayload { secret }
    }
  }`;
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const { secret } = (await ben.data(make, { expiresAt })).createPersonalToken;
  const list = () => server.graphql.send("{ tasks { totalCount } }", {}, secret);
  expect((await list()).status).toBe(200);
  const unseen = "SELECT FROM personal_tokens WHERE user_id = $1 AND last_seen_at IS NULL";
  await vi.waitFor(async () => expect((await server.admin.query(unseen, [idB])).rowCount).toBe(0), {
    timeout: 10_000,
  });
  const letGo = await hold("LOCK personal_tokens IN ACCESS EXCLUSIVE MODE");
  const forged = many(40, () =>
    server.graphql.send("{ viewer { id } }", {}, makeSecret(idA, newId()).secret),
  );
  await untilWaiting(quarter);
  const answer = list();
  // One more than the sender's share: the token's own.
  await untilWaiting(quarter + 1);
  await letGo();
  expect((await answer).status).toBe(200);
  await Promise.all(forged);
});

describe("on a pool of few connections", () => {
  const log = createLog("silent", new Writable({ write: (_chunk, _encoding, done) => done() }));
  let pool: pg.Pool;
  let boundPool: BoundPool;
  let db: Db;
  let recorded: RecordedStatements;

  async function open(max: number): Promise<void> {
    const preparing = createPreparing(inject("pooler") === null, log);
    pool = createPool(server.connection, log, { max, preparing });
    boundPool = bindPool(pool, preparing);
    db = createDb(boundPool);
    recorded = createRecordedStatements(db, boundPool);
    onTestFinished(async () => {
      await db.$disconnect();
      await boundPool.close();
      await pool.end();
    });
  }

  const query = (userId: string, text: string, values: unknown[] = []) =>
    boundPool.query(asUser(userId), { text, values });

  /** Takes a connection of a user's share, as Prisma does for a transaction. */
  const take = (userId: string) => bound(asUser(userId), () => boundPool.forPrisma.connect());

  const touch = (userId: string) => query(userId, "UPDATE users SET name = name WHERE id = $1", [userId]);

  it("a statement that waits for a row lets others go first after a second, and is done when the row is free", async () => {
    await open(1);
    const letGo = await hold("SELECT FROM users WHERE id = $1 FOR UPDATE", [idA]);
    const done: string[] = [];
    const own = touch(idA).then(({ rowCount }) => done.push(`ann ${rowCount}`));
    await untilWaiting(1);
    await touch(idB).then(({ rowCount }) => done.push(`ben ${rowCount}`));
    await letGo();
    await own;
    expect(done).toEqual(["ben 1", "ann 1"]);
  });

  it("of a transaction's statements none is done again by itself", async () => {
    await open(4);
    await hold("SELECT FROM users WHERE id = $1 FOR UPDATE", [idA]);
    let begun = 0;
    const change = bindToViewer(db, recorded, idA).transaction(async (tables) => {
      begun++;
      await tables.user.updateMany({ data: { name: "changed" } });
    });
    await expect(change).rejects.toThrow();
    expect(begun).toBe(1);
  });

  it("snapshots of everybody together have a quarter, and leave their users' own share to them", async () => {
    await open(8);
    const end = Promise.withResolvers<void>();
    const begun: string[] = [];
    const read = async (userId: string) => {
      await bindToViewer(db, recorded, userId).snapshot(10_000, async (tables) => {
        begun.push(userId);
        await tables.user.findMany({});
        await end.promise;
      });
    };
    const snapshots = [idA, idB].map(read);
    await vi.waitFor(() => expect(begun).toHaveLength(2), { timeout: 5000 });
    const third = read(idA);
    third.catch(() => {});
    await Promise.all([touch(idA), touch(idA), touch(idB)]);
    expect(begun).toHaveLength(2);
    end.resolve();
    await Promise.all([...snapshots, third]);
  });

  it("housekeeping goes on beside a user who has as much under way as they may", async () => {
    await open(4);
    await server.admin.query(
      "INSERT INTO codes (user_id, id, purpose, code_hash, created_at, expires_at) VALUES ($1, $2, 'reset', 'x', now(), '2020-01-01')",
      [idB, newId()],
    );
    const own = await take(idB);
    const waiting = touch(idB);
    expect(await removeExpired(boundPool, new Date())).toMatchObject({ codes: 1 });
    own.release();
    await waiting;
  });

  it.each([
    ["through the viewer's tables", () => bindToViewer(db, recorded, idA).task.count()],
    ["through Prisma", () => bound(asUser(idA), () => db.task.count())],
  ])("whoever has more than a thousand waiting is told that it is too much, %s", async (_case, count) => {
    await open(4);
    const own = await take(idA);
    const asked = many(1100, count);
    await expect(Promise.race(asked)).rejects.toThrow();
    own.release();
    const counts = await Promise.allSettled(asked);
    const codes = counts.flatMap((count) =>
      count.status === "rejected" ? [maskError(count.reason).extensions.code] : [],
    );
    expect(codes).toEqual(many(100, () => "RATE_LIMITED"));
  });

  it(`all of it is free again after a thousand failures of all kinds (TEST_SEED=${seed})`, async () => {
    await open(allConnections);
    const random = createRandom(seed, 0);
    const userIds = [idA, idB, newId()];
    const failures: ((userId: string) => PromiseLike<unknown>)[] = [
      (id) => query(id, "SELECT 1 / 0"),
      (id) => query(id, "SELEC"),
      (id) => query(id, "SELECT pg_terminate_backend(pg_backend_pid())"),
      (id) => query(id, "SELECT $1::int", ["x"]),
      (id) => query(id, "INSERT INTO tasks (user_id) VALUES (NULL)"),
      (id) => boundPool.query(asUser("x"), { text: `SELECT FROM users -- ${id}` }),
      (id) => bound(asUser(id), () => db.$queryRawUnsafe("SELECT 1 / 0")),
      (id) =>
        bindToViewer(db, recorded, id).transaction(async () => {
          throw new Error("thrown");
        }),
      (id) => bound(asUser(id), () => db.$transaction((all) => all.$queryRawUnsafe("SELECT 1 / 0"))),
      (id) =>
        bound(asUser(id), () =>
          db.$transaction((all) => all.$queryRawUnsafe("SELECT pg_terminate_backend(pg_backend_pid())")),
        ),
    ];
    for (let round = 0; round < 10; round++) {
      const outcomes = await Promise.allSettled(
        many(100, () => Promise.resolve(random.pick(failures)(random.pick(userIds)))),
      );
      expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBeLessThan(100);
    }
    // One connection for each of as many as there are connections, all at once: what is lost would be missing.
    const clients = await Promise.race([
      Promise.all(many(connections, () => take(newId()))),
      new Promise<null>((resolve) => setTimeout(resolve, 1500, null)),
    ]);
    expect(clients).toHaveLength(connections);
    for (const client of clients ?? []) client.release();
  });
});
