import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createAccountStore } from "../../src/features/accounts/account-store.ts";
import type { Exchange } from "../../src/http/exchange.ts";
import { createTokens } from "../../src/identity/access-tokens.ts";
import { createAuthentication } from "../../src/identity/authentication.ts";
import type { RefreshCookie } from "../../src/identity/refresh-cookie.ts";
import { createRefreshTokens } from "../../src/identity/refresh-tokens.ts";
import { createBackground } from "../../src/runtime/background.ts";
import { createLog } from "../../src/runtime/log.ts";
import { decode } from "../auth/accounts.ts";
import { createToken, logIn, refresh, type Tokens } from "../auth/tokens-api.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { jwtSecret, startServer, type TestServer } from "../helpers/server.ts";
import { uuidOf } from "./pair.ts";

/** Requests whose statements go along with the look-up of the session that they are for. */

const points = 100_000;
let server: TestServer;
let person: Person;
let tokens: Tokens;
let taskId: string;
let deletedId: string;
let clock: number | null = null;

beforeAll(async () => {
  const policy = { points, seconds: 600 };
  server = await startServer({
    rateLimits: { "queries-by-user": policy, "mutations-by-user": policy },
    now: () => new Date(clock ?? Date.now()),
  });
});
afterAll(() => server.close());

beforeEach(async () => {
  person = await signUp(server);
  tokens = await logIn(server, person);
  taskId = await person.addTask({ title: "mine" });
  deletedId = await person.addTask({ title: "gone" });
  await person.data(`mutation { deleteTask(input: { id: "${deletedId}" }) { __typename } }`);
});

const operations: [name: string, document: () => string][] = [
  ["tasks", () => "{ tasks(first: 5) { edges { node { title } } } }"],
  [
    "a filter",
    () => '{ tasks(first: 5, filter: { search: "mine" }) { edges { node { title } } totalCount } }',
  ],
  ["task", () => `{ task(id: "${taskId}") { title } }`],
  ["createTask", () => 'mutation { createTask(input: { title: "new" }) { __typename } }'],
  ["updateTask", () => `mutation { updateTask(input: { id: "${taskId}", title: "x" }) { __typename } }`],
  ["completing", () => `mutation { updateTask(input: { id: "${taskId}", completed: true }) { __typename } }`],
  ["deleteTask", () => `mutation { deleteTask(input: { id: "${taskId}" }) { __typename } }`],
  ["restoreTask", () => `mutation { restoreTask(input: { id: "${deletedId}" }) { __typename } }`],
  [
    "two changes",
    () => `mutation {
      a: createTask(input: { title: "new" }) { __typename }
      b: updateTask(input: { id: "${taskId}", title: "x" }) { __typename }
    }`,
  ],
];

/** All that there is of the person's, and how often anything of it has changed. */
async function stateOf(): Promise<unknown> {
  const own = [uuidOf(person.id)];
  const { rows: users } = await server.admin.query("SELECT seq FROM users WHERE id = $1", own);
  const { rows: tasks } = await server.admin.query("SELECT * FROM tasks WHERE user_id = $1 ORDER BY id", own);
  return { users, tasks };
}

/** What is left of the person's budget for an operation of the same kind, before it is paid. */
async function leftFor(document: string): Promise<number> {
  const probe = document.startsWith("mutation")
    ? 'mutation { updateTask(input: { id: "nobody", title: "x" }) { __typename } }'
    : "{ viewer { id } }";
  const { headers } = await person.send(probe);
  return Number(/;r=(\d+);/.exec(headers.get("ratelimit") ?? "")?.[1]);
}

/** Begins a request of a token's, without one. @returns how often it was told that the session holds, besides */
function begin(accessToken: string) {
  const authentication = createAuthentication({
    pool: server.bound,
    tokens: createTokens(jwtSecret, 7 * 24 * 60 * 60),
    refreshTokens: createRefreshTokens([jwtSecret]),
    background: createBackground(createLog("silent")),
    now: () => new Date(),
  });
  const exchange = { req: { headers: { authorization: `Bearer ${accessToken}` } }, notes: {} } as Exchange;
  const cookie = { peek: () => null } as unknown as RefreshCookie;
  const told = vi.fn();
  const begun = authentication.begin(exchange, cookie, { mayBegin: () => true, onConfirmed: told });
  if (begun === null) throw new Error("an access token can begin early");
  return { ...begun, told };
}

it("what several statements have read at once counts as read before the first of them", async () => {
  const { guard, confirm, told } = begin(tokens.accessToken);
  for (const seq of ["11", "9", "10"]) guard.pass({ id: uuidOf(person.id), seq, lastSeenAt: new Date() });
  expect(await confirm()).toMatchObject({ id: uuidOf(person.id), seq: "9" });
  expect(told).toHaveBeenCalledTimes(1);
});

it("who asks has to be found out first where one of several statements was refused", async () => {
  const begun = begin((await refresh(server, tokens.refreshToken)).accessToken);
  const store = createAccountStore(server.bound);
  const { task } = store.bind(begun.viewer.id, undefined, begun.guard);
  await expect(task.count({})).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  expect(await begun.confirm()).toBeNull();
  await server.admin.query("UPDATE sessions SET refresh_used = true WHERE id = $1", [sessionId()]);
  expect(await task.count({})).toBe(2);
  expect(begun.told).toHaveBeenCalledTimes(1);
  expect(await begun.confirm()).toBeNull();
  await store.close();
});

const sessionId = () => decode(tokens.accessToken).payload.sid;

const ends: [how: string, end: () => Promise<unknown>][] = [
  ["has ended", () => server.admin.query("DELETE FROM sessions WHERE id = $1", [sessionId()])],
  [
    "has just expired",
    () => {
      clock = Date.now();
      return server.admin.query("UPDATE sessions SET expires_at = $2 WHERE id = $1", [
        sessionId(),
        new Date(clock),
      ]);
    },
  ],
];

describe.each(operations)("%s", (name, document) => {
  it.each(ends)("is refused, does nothing and costs nothing where the session %s", async (_how, end) => {
    try {
      await end();
      const [first, second] = [await leftFor(document()), await leftFor(document())];
      const before = await stateOf();
      for (let n = 0; n < 3; n++) {
        const { status, errors } = await server.graphql.send(document(), {}, tokens.accessToken);
        expect([status, errors?.[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
      }
      expect(await stateOf()).toEqual(before);
      expect(second - (await leftFor(document()))).toBe(first - second);
    } finally {
      clock = null;
    }
  });

  it("is refused and does nothing where the account is disabled", async () => {
    await server.admin.query("UPDATE users SET disabled_at = now() WHERE id = $1", [uuidOf(person.id)]);
    const before = await stateOf();
    const { status } = await server.graphql.send(document(), {}, tokens.accessToken);
    expect(status).toBe(401);
    expect(await stateOf()).toEqual(before);
  });

  it("is refused where the account is gone", async () => {
    await server.admin.query("DELETE FROM users WHERE id = $1", [uuidOf(person.id)]);
    const { status } = await server.graphql.send(document(), {}, tokens.accessToken);
    expect(status).toBe(401);
  });

  it("is refused and does nothing for a personal token without the scope", async () => {
    const scope = name === "tasks" || name === "a filter" || name === "task" ? "TASKS_ADD" : "TASKS_READ";
    const { secret } = await createToken(person, [scope]);
    const before = await stateOf();
    const { status, errors } = await server.graphql.send(document(), {}, secret);
    expect([status, errors?.[0]?.extensions.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
    expect(await stateOf()).toEqual(before);
  });

  it("is done as the first thing that a refreshed session does, which is written down", async () => {
    const next = await refresh(server, tokens.refreshToken);
    const { status, errors } = await server.graphql.send(document(), {}, next.accessToken);
    expect([status, errors]).toEqual([200, undefined]);
    const { rows } = await server.admin.query("SELECT refresh_used FROM sessions WHERE id = $1", [
      sessionId(),
    ]);
    expect(rows).toEqual([{ refresh_used: true }]);
  });

  it("is done once, and paid once, while the session holds", async () => {
    const left = await leftFor(document());
    const { status, headers } = await server.graphql.send(document(), {}, tokens.accessToken);
    expect(status).toBe(200);
    expect(headers.get("ratelimit")).toMatch(/;r=\d+;/);
    expect(Number(/;r=(\d+);/.exec(headers.get("ratelimit") ?? "")?.[1])).toBeLessThan(left);
  });
});
