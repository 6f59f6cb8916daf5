import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { asUser } from "../../src/db/binding.ts";
import { bindPool } from "../../src/db/bound-pool.ts";
import { createPool } from "../../src/db/pool.ts";
import { createPreparing } from "../../src/db/preparing.ts";
import { createLog } from "../../src/runtime/log.ts";
import { createRandom } from "../fuzz/random.ts";
import { openPool } from "../helpers/database.ts";
import { password, signUp } from "../helpers/people.ts";
import { seed } from "../helpers/seed.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { type Outcomes, underLoad } from "./busy-users.ts";
import { clean, directly, leftoversOf } from "./connections.ts";
import { uuidOf } from "./pair.ts";

let server: TestServer;
const userIds: string[] = [];

beforeAll(async () => {
  server = await startServer();
  for (let n = 0; n < 6; n++) userIds.push(uuidOf((await signUp(server)).id));
});
afterAll(() => server.close());

const busy = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ownlist'
  AND state IN ('active', 'idle in transaction') ORDER BY hashint4(pid # $1::int) LIMIT 1`;

/** Does something to one busy connection after the other, as often as there is one. */
async function disturbBusy(how: string, times: number): Promise<void> {
  const random = createRandom(seed, 0);
  for (let done = 0; done < times; ) {
    const which = [random.below(2 ** 31)];
    const { rows } = await server.admin.query(`SELECT ${how}(pid) FROM (${busy}) AS busy`, which);
    done += rows.length;
    await sleep(random.below(10));
  }
}

describe.each([true, false])(
  `under load, with statements prepared: %j (TEST_SEED=${seed}),`,
  (isPrepared) => {
    let pool: pg.Pool;

    const open = () => {
      const connection = isPrepared ? directly(server) : server.connection;
      const log = createLog("silent");
      const preparing = createPreparing(isPrepared, log);
      pool = createPool(connection, log, { max: 4, preparing });
      return bindPool(pool, preparing);
    };
    afterEach(() => pool.end());

    /** How often something failed in one of the ways given. */
    const failed = ({ failures }: Outcomes, pattern: RegExp) =>
      [...failures].reduce((sum, [code, count]) => sum + (pattern.test(code) ? count : 0), 0);

    async function expectRight(outcomes: Outcomes) {
      expect(outcomes.faults.slice(0, 3)).toEqual([]);
      expect(outcomes.saved.length).toBeGreaterThan(10);
      const { rows } = await server.admin.query("SELECT title FROM tasks");
      const titles = new Set(rows.map(({ title }) => title));
      expect(outcomes.saved.filter((title) => !titles.has(title))).toEqual([]);
      expect(outcomes.refused.filter((title) => titles.has(title))).toEqual([]);
      expect(await leftoversOf(pool)).toEqual(new Array(4).fill(clean));
    }

    it("statements that are cancelled take no binding, answer or write of another's along", async () => {
      const outcomes = await underLoad(open(), userIds, () => disturbBusy("pg_cancel_backend", 60));
      expect(failed(outcomes, /^57014$/)).toBeGreaterThan(0);
      expect(failed(outcomes, /^(22012|42601|23502)$/)).toBeGreaterThan(10);
      await expectRight(outcomes);
    });

    it("backends that are killed take none along", async () => {
      const outcomes = await underLoad(open(), userIds, () => disturbBusy("pg_terminate_backend", 40));
      expect(failed(outcomes, /^(57P01|08P01)$|terminated/)).toBeGreaterThan(0);
      await expectRight(outcomes);
    });

    it("connections that are cut take none along", async () => {
      const boundPool = open();
      const random = createRandom(seed, 1);
      let cuts = 0;
      pool.on("acquire", (client) => {
        if (!random.chance(0.05)) return;
        cuts++;
        const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
        setTimeout(() => stream.destroy(), random.below(5));
      });
      const outcomes = await underLoad(boundPool, userIds, async () => {
        while (cuts < 40) await sleep(10);
      });
      pool.removeAllListeners("acquire");
      // Those that are still to be cut.
      await sleep(10);
      expect(failed(outcomes, /terminated|not queryable|closed/)).toBeGreaterThan(0);
      await expectRight(outcomes);
    });
  },
);

it("statements that get no answer in time are given up with their connection, and no others", async () => {
  const pool = openPool({ ...directly(server), max: 3, query_timeout: 500 });
  const boundPool = bindPool(pool, createPreparing(false, createLog("silent")));
  const [a = "", b = ""] = userIds;
  const asked = Array.from({ length: 30 }, async (_, n) => {
    const [canary, id, seconds] = [`canary ${n}`, n % 2 ? a : b, n % 5 === 0 ? 2 : 0];
    const text = `SELECT $1::text AS canary, current_setting('app.user_id') AS id, pg_sleep(${seconds})::text`;
    const { rows } = await boundPool.query(asUser(id), { text, values: [canary] });
    expect(rows).toMatchObject([{ canary, id }]);
  });
  const outcomes = await Promise.allSettled(asked);
  const failures = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason.message] : []));
  expect(failures).toEqual(new Array(6).fill("Query read timeout"));
  expect(await leftoversOf(pool)).toEqual([clean, clean, clean]);
  await pool.end();
});

describe("somebody who signs up, and whose transaction", () => {
  const document = `mutation ($email: String!) { signup(input: { email: $email, password: "${password}" }) {
    __typename ... on AuthPayload { user { email } } } }`;
  const lock = 4711;

  beforeAll(() =>
    server.admin.query(`CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_advisory_xact_lock_shared(${lock}); RETURN NEW; END $$;
      CREATE TRIGGER wait BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION wait();`),
  );

  it.each(["pg_terminate_backend", "pg_cancel_backend"])(
    "is stopped in the middle by %s, has no account, and gets one then",
    async (how) => {
      const holder = await server.admin.connect();
      await holder.query("SELECT pg_advisory_lock($1)", [lock]);
      const email = `${how}@example.com`;
      const answer = server.graphql.send(document, { email });
      const waiting = `SELECT ${how}(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event = 'advisory'`;
      await expect.poll(async () => (await holder.query(waiting)).rowCount, { interval: 5 }).toBe(1);
      const { status, errors } = await answer;
      expect({ status, code: errors?.[0]?.extensions.code }).toEqual({
        status: 503,
        code: "SERVICE_UNAVAILABLE",
      });
      await holder.query("SELECT pg_advisory_unlock($1)", [lock]);
      holder.release();
      const left = "SELECT FROM users WHERE email = $1";
      expect((await server.admin.query(left, [email])).rowCount).toBe(0);
      expect((await server.graphql.data(document, { email })).signup.user).toEqual({ email });
      for (const one of await leftoversOf(server.pool)) expect(one).toEqual(clean);
    },
  );
});
