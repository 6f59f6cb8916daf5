import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import bcrypt from "bcrypt";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createDatabase } from "../helpers/database.ts";
import type { Answer } from "../helpers/graphql.ts";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { login, loginDocument, newAddress, signup } from "./accounts.ts";
import { holdComparisons, isComparison, killHashing, watchHashing } from "./hash-jobs.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const hashOf = async ({ admin }: TestServer, email: string): Promise<string> =>
  (await admin.query("SELECT hashed_password FROM users WHERE email = $1", [email])).rows[0].hashed_password;

describe("a password is kept", () => {
  it("as a plain bcrypt hash of the configured cost, with a salt of its own", async () => {
    const emails = [newAddress(), newAddress()];
    for (const email of emails) await signup(server, { email, password });
    const hashes = await Promise.all(emails.map((email) => hashOf(server, email)));
    for (const hash of hashes) expect(hash).toMatch(/^\$2b\$04\$[./A-Za-z0-9]{53}$/);
    expect(new Set(hashes).size).toBe(2);
    expect(await bcrypt.compare(password, hashes[0] ?? "")).toBe(true);
  });

  it("at the new cost after the first login since the cost was changed, up or down", async () => {
    const database = await createDatabase();
    const shared = { ...database, drop: async () => {} };
    const email = newAddress();
    for (const bcryptCost of [4, 6, 5]) {
      const current = await startServer({ signup: { bcryptCost } }, shared);
      if (bcryptCost === 4) await signup(current, { email, password });
      const before = await hashOf(current, email);
      expect((await login(current, { email, password: "not the password" })).__typename).toBe(
        "InvalidCredentialsError",
      );
      expect(await hashOf(current, email)).toBe(before);
      const both = await Promise.all([
        login(current, { email, password }),
        login(current, { email, password }),
      ]);
      expect(both.map(({ __typename }) => __typename)).toEqual(["AuthPayload", "AuthPayload"]);
      const after = await hashOf(current, email);
      expect(bcrypt.getRounds(after)).toBe(bcryptCost);
      expect((await login(current, { email, password })).__typename).toBe("AuthPayload");
      expect(await hashOf(current, email)).toBe(after);
      await current.close();
    }
    await database.drop();
  });
});

describe("hashing", () => {
  it("never happens on the event loop, nor on the threads that files and names take", async () => {
    const own = (["hashSync", "compareSync", "genSaltSync", "hash", "compare", "genSalt"] as const).map(
      (name) => vi.spyOn(bcrypt, name),
    );
    const jobs = watchHashing();
    const email = newAddress();
    await signup(server, { email, password });
    await login(server, { email, password });
    expect(jobs.map(isComparison)).toEqual([false, true]);
    expect(own.map((spy) => spy.mock.calls.length)).toEqual(own.map(() => 0));
  });

  it("takes a thread a core at most, and lets everything else be served, however many log in", async () => {
    const { count, letGo } = holdComparisons();
    const ann = await signUp(server);
    const logins = Array.from({ length: 30 }, () => login(server, { email: newAddress(), password }));
    await vi.waitUntil(() => count.running > 0, 10_000);
    // Others are served meanwhile, files among what they ask for.
    expect((await ann.data("{ viewer { id } }")).viewer).toEqual({ id: ann.id });
    expect((await fetch(`${server.url}/`)).status).toBeLessThan(500);
    letGo();
    const outcomes = await Promise.all(logins);
    expect(new Set(outcomes.map(({ __typename }) => __typename))).toEqual(
      new Set(["InvalidCredentialsError"]),
    );
    expect(count.most).toBeLessThanOrEqual(availableParallelism());
  });

  it("goes on after one that failed, again and again", async () => {
    const email = newAddress();
    await signup(server, { email, password });
    const stopKilling = killHashing();
    for (let i = 0; i < 5; i++) {
      const { status, errors, text } = await server.graphql.send(loginDocument, {
        input: { email, password },
      });
      expect([status, errors?.[0]?.extensions.code]).toEqual([500, "INTERNAL_SERVER_ERROR"]);
      expect(text).not.toContain("thread");
    }
    stopKilling();
    expect((await login(server, { email, password })).__typename).toBe("AuthPayload");
  });
});

it("the threads that hash end with the server", async () => {
  watchHashing();
  const other = await startServer();
  await signup(other, { email: newAddress(), password });
  const [thread] = vi.mocked(Worker.prototype.postMessage).mock.contexts as Worker[];
  const ended = new Promise((resolve) => thread?.once("exit", resolve));
  await other.close();
  await ended;
});

describe("when too many want to log in at once", () => {
  let slow: TestServer;

  beforeAll(async () => {
    slow = await startServer({ signup: { bcryptCost: 12 } });
  });
  afterAll(() => slow.close());

  /** Starts that many logins at once; `answered` grows. */
  function flood(attempts: number) {
    const answered: Answer[] = [];
    const all = Array.from({ length: attempts }, async () => {
      const input = { email: newAddress(), password };
      answered.push(await slow.graphql.send(loginDocument, { input }));
    });
    return { answered, done: Promise.all(all) };
  }

  it("a few wait, the others hear at once that they should come back and when, and all works again", async () => {
    const { letGo } = holdComparisons();
    const { answered, done } = flood(120);
    await vi.waitUntil(() => answered.length >= 60, { timeout: 10_000 });
    expect(answered.filter(({ status }) => status === 200)).toEqual([]);
    letGo();
    await done;
    const refused = answered.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThanOrEqual(60);
    expect(refused.length).toBeLessThan(120);
    for (const { status, headers, errors, data } of refused) {
      expect([status, errors?.[0]?.extensions.code, data]).toEqual([429, "RATE_LIMITED", null]);
      expect(headers.get("retry-after")).toMatch(/^[1-9]\d?$/);
    }
    expect((await login(slow, { email: newAddress(), password })).__typename).toBe("InvalidCredentialsError");
  });
});
