import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { guess, guessUntilRefused, outcomeOf, refused } from "./guesses.ts";

const day = 24 * 60 * 60 * 1000;

/** Wide enough that no test runs into it in its own time. */
const policy = { points: 8, seconds: 600 };

let server: TestServer;
let other: TestServer;
beforeAll(async () => {
  const rateLimits = { "login-by-account": policy, "queries-by-user": { points: 400, seconds: 600 } };
  server = await startServer({ rateLimits });
  const shared = { connection: server.connection, admin: server.admin.options, drop: async () => {} };
  other = await startServer({ rateLimits }, shared);
});
afterAll(async () => {
  await other.close();
  await server.close();
});
afterEach(() => {
  vi.useRealTimers();
});

const setClock = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });

it("a lock that a wrong clock made ends when that is put right, in every process", async () => {
  const { email } = await signUp(server);
  setClock(90 * day);
  await guessUntilRefused(server, () => ({ email, password: "wrong" }));
  expect(outcomeOf(await guess(server, { email, password }))).toBe(refused);
  vi.useRealTimers();
  expect(outcomeOf(await guess(server, { email, password }))).toBe("AuthPayload");
  expect(outcomeOf(await guess(other, { email, password }))).toBe("AuthPayload");
});

it("and guesses still lock as ever after that", async () => {
  const { email } = await signUp(server);
  setClock(90 * day);
  await guess(server, { email, password: "wrong" });
  vi.useRealTimers();
  await guessUntilRefused(server, () => ({ email, password: "wrong" }));
  for (const each of [server, other]) expect(outcomeOf(await guess(each, { email, password }))).toBe(refused);
});

it("a small step of the clock ends no lock", async () => {
  const { email } = await signUp(server);
  setClock(60_000);
  await guessUntilRefused(server, () => ({ email, password: "wrong" }));
  vi.useRealTimers();
  for (const each of [server, other]) expect(outcomeOf(await guess(each, { email, password }))).toBe(refused);
});

it("a budget that was spent by a wrong clock is whole again when that is put right", async () => {
  const person = await signUp(server);
  const spend = () => person.send("{ tasks(first: 20) { edges { node { title } } } }");
  setClock(2 * day);
  let status = 200;
  for (let n = 0; n < 400 && status === 200; n++) ({ status } = await spend());
  expect(status).toBe(429);
  vi.useRealTimers();
  expect((await spend()).status).toBe(200);
});
