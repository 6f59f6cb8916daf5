import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isDatabaseAway } from "../../src/db/failures.ts";
import { Refusal, serviceUnavailable } from "../../src/errors.ts";
import { createLimits, type RequestLimits } from "../../src/rate-limits/limits.ts";
import type { Count, Policies } from "../../src/rate-limits/policies.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const few: Partial<Policies> = {
  "login-by-account": { points: 3, seconds: 60 },
  "queries-by-user": { points: 40, seconds: 60 },
};

/** The limits as a process of its own has them, with what they told. */
function startLimits(policies: Partial<Policies> = few) {
  const counts: Count[] = [];
  const limits: RequestLimits = createLimits(server.bound, policies).watchedBy((count) => counts.push(count));
  return { ...limits, counts };
}

/** @returns the code and the header Retry-After of a refusal; null for none */
async function refusalOf(run: () => unknown) {
  try {
    await run();
    return null;
  } catch (error) {
    // A busy machine may take too long for a connection, which the server answers by a refusal as well.
    const refusal = isDatabaseAway(error) ? serviceUnavailable() : error;
    if (!(refusal instanceof Refusal)) throw error;
    return { code: refusal.code, seconds: Number(refusal.headers["Retry-After"]) };
  }
}

const isRefused = async (run: () => unknown) => (await refusalOf(run)) !== null;

/** @returns how many of so many attempts at once are let through */
async function countPassing(attempts: number, attempt: (index: number) => unknown): Promise<number> {
  const runs = Array.from({ length: attempts }, (_, index) => isRefused(() => attempt(index)));
  return (await Promise.all(runs)).filter((refused) => !refused).length;
}

const rows = async () => (await server.admin.query("SELECT key, points, expire FROM rate_limits")).rows;

describe("attempts", () => {
  it("of any number at once, on several servers, no more pass than one after the other", async () => {
    const [one, two] = [startLimits(), startLimits()];
    const passed = await countPassing(60, (index) =>
      (index % 2 ? one : two).attempt("login-by-account", "ann"),
    );
    expect(passed).toBe(3);
  });

  it("that are given back make room, on every server, and for whoever was refused meanwhile", async () => {
    const [one, two] = [startLimits(), startLimits()];
    const attempts = await Promise.all([1, 2, 3].map(() => one.attempt("login-by-account", "bob")));
    expect(await isRefused(() => one.attempt("login-by-account", "bob"))).toBe(true);
    await attempts[0]?.giveBack();
    await one.attempt("login-by-account", "bob");
    expect(await isRefused(() => two.attempt("login-by-account", "bob"))).toBe(true);
  });

  it("are counted apart for each policy and each who makes them", async () => {
    const { attempt } = startLimits({ ...few, "code-by-account": { points: 3, seconds: 60 } });
    expect(await countPassing(9, () => attempt("login-by-account", "cem"))).toBe(3);
    expect(await countPassing(9, () => attempt("code-by-account", "cem"))).toBe(3);
    expect(await countPassing(9, () => attempt("login-by-account", "cem 2"))).toBe(3);
  });

  it("past the limit cost no statement", async () => {
    const { attempt } = startLimits();
    await countPassing(4, () => attempt("login-by-account", "dan"));
    const statements = await server.statements(async () => {
      expect(await countPassing(50, () => attempt("login-by-account", "dan"))).toBe(0);
    });
    expect(statements).toEqual([]);
  });

  it("leave nothing in the table that could be read back", async () => {
    const { attempt } = startLimits();
    await attempt("login-by-account", "eve@example.com");
    const keys = (await rows()).map(({ key }) => key);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => !/^[\w-]{43}$/.test(key))).toEqual([]);
  });

  it("pass again after exactly the seconds that the refusal says", async () => {
    const { attempt } = startLimits({ "login-by-account": { points: 2, seconds: 1 } });
    let refusal = null;
    while (refusal === null) refusal = await refusalOf(() => attempt("login-by-account", "fay"));
    expect(refusal).toEqual({ code: "RATE_LIMITED", seconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await isRefused(() => attempt("login-by-account", "fay"))).toBe(false);
  });

  it("are refused as long as they can't be counted", async () => {
    const cut = { ...server.bound, query: () => Promise.reject(new Error("Connection terminated")) };
    const { attempt } = createLimits(cut).watchedBy(() => {});
    await expect(attempt("login-by-account", "gus")).rejects.toThrow("Connection terminated");
  });
});

describe("budgets", () => {
  it("are shared by all servers once they have settled", async () => {
    const [one, two] = [startLimits(), startLimits()];
    const remaining = ({ spend, counts }: typeof one) => {
      spend("queries-by-user", "ann", 0);
      return counts.at(-1)?.remaining;
    };
    const settled = async (points: number) => {
      await expect.poll(async () => (await rows()).map((row) => row.points)).toContain(points);
    };
    one.spend("queries-by-user", "ann", 33);
    await settled(33);
    two.spend("queries-by-user", "ann", 3);
    await settled(36);
    // What the other has spent is known when the settlement's answer is there.
    await expect.poll(() => remaining(two)).toBe(4);
    expect(await isRefused(() => two.spend("queries-by-user", "ann", 5))).toBe(true);
    two.spend("queries-by-user", "ann", 4);
    expect(remaining(two)).toBe(0);
  });

  it("take no statement from those who use little", async () => {
    const { spend, counts } = startLimits();
    const statements = await server.statements(async () => spend("queries-by-user", "bob", 1));
    expect(statements).toEqual([]);
    expect(counts.at(-1)).toMatchObject({ remaining: 39 });
  });

  it("take one statement a second at most from those who use much", async () => {
    const { spend } = startLimits({ "queries-by-user": { points: 1000, seconds: 60 } });
    const startedAt = performance.now();
    const statements = await server.statements(async () => {
      for (let index = 0; index < 100; index++) {
        spend("queries-by-user", "cem", 10);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await expect.poll(async () => (await rows()).some((row) => row.points >= 50)).toBe(true);
    });
    const sent = statements.filter((text) => text.includes("INSERT"));
    expect(sent.length).toBeLessThanOrEqual(1 + Math.floor((performance.now() - startedAt) / 1000));
  });

  it("are charged for what has been done, be it more than is left, and every server hears of it", async () => {
    const counts: Count[] = [];
    const one = createLimits(server.bound, few);
    one.charge("queries-by-user", "eve", 100);
    const { spend } = one.watchedBy((count) => counts.push(count));
    expect(await isRefused(() => spend("queries-by-user", "eve", 1))).toBe(true);
    expect(counts).toMatchObject([{ remaining: 0 }]);
    await expect.poll(async () => (await rows()).some((row) => row.points === 100)).toBe(true);
    expect(await isRefused(() => spend("queries-by-user", "fay", 40))).toBe(false);
  });

  it("hold without the database, on each server by itself", async () => {
    const cut = { ...server.bound, query: () => Promise.reject(new Error("Connection terminated")) };
    const { spend } = createLimits(cut, few).watchedBy(() => {});
    spend("queries-by-user", "dan", 40);
    expect(await refusalOf(() => spend("queries-by-user", "dan", 1))).toEqual({
      code: "RATE_LIMITED",
      seconds: 60,
    });
  });

  it("keep 10,000 names that nobody has in less than 16 MB", async () => {
    const { spend } = createLimits(server.bound, {}).watchedBy(() => {});
    const before = process.memoryUsage().rss;
    for (let index = 0; index < 10_000; index++) spend("signed-out-by-address", `2001:db8:${index}::/64`, 1);
    expect(process.memoryUsage().rss - before).toBeLessThan(16 * 1024 * 1024);
  });
});

it("off, nothing is counted and everything passes", async () => {
  const { charge, watchedBy } = createLimits(server.bound, false);
  const { attempt, spend } = watchedBy(() => expect.unreachable());
  const statements = await server.statements(async () => {
    expect(await countPassing(50, () => attempt("login-by-account", "ann"))).toBe(50);
    spend("queries-by-user", "ann", 1_000_000);
    charge("queries-by-user", "ann", 1_000_000);
  });
  expect(statements).toEqual([]);
});
