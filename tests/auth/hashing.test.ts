import { availableParallelism } from "node:os";
import bcrypt from "bcrypt";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createDatabase } from "../helpers/database.ts";
import type { Answer } from "../helpers/graphql.ts";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { login, loginDocument, newAddress, signup } from "./accounts.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const hashOf = async ({ admin }: TestServer, email: string): Promise<string> =>
  (await admin.query("SELECT hashed_password FROM users WHERE email = $1", [email])).rows[0].hashed_password;

/** Holds every comparison back until it is let go, and counts how many are held at once. */
function holdComparisons() {
  const gate = Promise.withResolvers<void>();
  const count = { running: 0, most: 0 };
  vi.spyOn(bcrypt, "compare").mockImplementation(async () => {
    count.running++;
    count.most = Math.max(count.most, count.running);
    await gate.promise;
    count.running--;
    return false;
  });
  onTestFinished(() => gate.resolve());
  return { count, letGo: () => gate.resolve() };
}

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
  it("never happens on the event loop", async () => {
    const blocking = [
      vi.spyOn(bcrypt, "hashSync"),
      vi.spyOn(bcrypt, "compareSync"),
      vi.spyOn(bcrypt, "genSaltSync"),
    ];
    const working = [vi.spyOn(bcrypt, "hash"), vi.spyOn(bcrypt, "compare")];
    const email = newAddress();
    await signup(server, { email, password });
    await login(server, { email, password });
    expect(working.map((spy) => spy.mock.calls.length)).toEqual([1, 1]);
    expect(blocking.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0]);
  });

  it("leaves a core and a thread to everything else, however many log in", async () => {
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
    expect(count.most).toBeLessThanOrEqual(Math.max(1, Math.min(availableParallelism() - 1, 3)));
  });

  it("goes on after one that failed, again and again", async () => {
    const email = newAddress();
    await signup(server, { email, password });
    const compare = vi.spyOn(bcrypt, "compare").mockRejectedValue(new Error("no memory for this"));
    for (let i = 0; i < 5; i++) {
      const { status, errors, text } = await server.graphql.send(loginDocument, {
        input: { email, password },
      });
      expect([status, errors?.[0]?.extensions.code]).toEqual([500, "INTERNAL_SERVER_ERROR"]);
      expect(text).not.toContain("no memory");
    }
    compare.mockRestore();
    expect((await login(server, { email, password })).__typename).toBe("AuthPayload");
  });
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
