import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loginDocument } from "../auth/accounts.ts";
import type { Answer } from "../helpers/graphql.ts";
import { readAnswer } from "../helpers/graphql.ts";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { readRetryAfter, waitOut } from "./guesses.ts";

const list = "{ tasks(first: 20) { edges { node { title } } } }";
const points = 300;

let server: TestServer;
beforeAll(async () => {
  const policy = { points, seconds: 60 };
  server = await startServer({
    rateLimits: { "queries-by-user": policy, "mutations-by-user": policy },
  });
});
afterAll(() => server.close());

/** What an answer says is left, and of what. */
function readLimit({ headers }: Answer) {
  const [, policy, left, seconds] = /^"([\w-]+)";r=(\d+);t=(\d+)$/.exec(headers.get("ratelimit") ?? "") ?? [];
  return { policy, left: Number(left), seconds: Number(seconds) };
}

/** Sends until it is refused. @returns all answers, the refusal last */
async function exhaust(send: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length <= points && answers.at(-1)?.status !== 429) answers.push(await send());
  return answers;
}

async function get(query: string, token: string): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: {
      Authorization: `Bearer ${token}`,
      Accept: "application/graphql-response+json",
    },
  });
  return readAnswer(response);
}

const codeOf = ({ status, errors }: Answer) =>
  errors ? `${status} ${errors[0]?.extensions.code}` : `${status}`;

describe("check 93: a user's budget", () => {
  it("pays for each query what it costs, whether it is executed or answered from memory", async () => {
    const ann = await signUp(server);
    const answers = await exhaust(() => ann.send(list));
    const left = answers.slice(0, -1).map((answer) => readLimit(answer).left);
    const cost = points - (left[0] ?? 0);
    // More than it takes for the answer to be kept.
    expect(left.length).toBeGreaterThan(7);
    expect(cost).toBeGreaterThan(1);
    expect(left).toEqual(left.map((_, index) => points - (index + 1) * cost));
    for (const { headers } of answers) {
      expect(headers.get("ratelimit-policy")).toBe(`"queries-by-user";q=${points};w=60`);
    }
  });

  it("refuses what it can't pay, without data and with the seconds to wait", async () => {
    const ann = await signUp(server);
    const refusal = (await exhaust(() => ann.send(list))).at(-1);
    if (refusal === undefined) return expect.unreachable();
    expect(codeOf(refusal)).toBe("429 RATE_LIMITED");
    expect(refusal.data ?? null).toBeNull();
    const { policy, seconds } = readLimit(refusal);
    expect([policy, readRetryAfter(refusal)]).toEqual(["queries-by-user", seconds]);
    // So is what would be answered from memory, and what has another form.
    const forms = [ann.send(list), get(list, ann.token), ann.send(`query Again ${list}`)];
    expect((await Promise.all(forms)).map(codeOf)).toEqual(Array(3).fill("429 RATE_LIMITED"));
  });

  it("holds each refusal back, so that a sender who goes on regardless keeps nothing busy", async () => {
    const ann = await signUp(server);
    await exhaust(() => ann.send(list));
    const start = performance.now();
    const refusals = await Promise.all(Array.from({ length: 20 }, () => ann.send(list)));
    expect(refusals.map(codeOf)).toEqual(Array(20).fill("429 RATE_LIMITED"));
    // A timer may be a millisecond early.
    expect(performance.now() - start).toBeGreaterThan(248);
  });

  it("is one for GET and POST, and for all sessions", async () => {
    const ann = await signUp(server);
    const input = { email: ann.email, password };
    const { login } = await server.graphql.data(loginDocument, { input });
    const first = readLimit(await ann.send(list)).left;
    const cost = points - first;
    expect(readLimit(await get(list, ann.token)).left).toBe(first - cost);
    expect(readLimit(await server.graphql.send(list, {}, login.accessToken)).left).toBe(first - 2 * cost);
  });

  it("is another for changes, and another for each user", async () => {
    const ann = await signUp(server);
    const bob = await signUp(server);
    await exhaust(() => ann.send(list));
    await ann.addTask({ title: "still possible" });
    const change = 'mutation { createTask(input: { title: "x" }) { __typename } }';
    const answers = await exhaust(() => ann.send(change));
    expect(answers.length).toBeLessThanOrEqual(points / 10);
    expect(readLimit(answers[0] as Answer).policy).toBe("mutations-by-user");
    expect(codeOf(await bob.send(list))).toBe("200");
    expect(codeOf(await bob.send(change))).toBe("200");
  });

  it("counts costs, not requests: a page of 100 takes more than one of 10", async () => {
    const ann = await signUp(server);
    const page = (first: number) => `{ tasks(first: ${first}) { edges { node { title } } } }`;
    const small = points - readLimit(await ann.send(page(10))).left;
    const large = points - small - readLimit(await ann.send(page(100))).left;
    expect(large).toBeGreaterThan(5 * small);
  });
});

it("check 93: without a credential the address pays", async () => {
  const rateLimits = { "signed-out-by-address": { points: 20, seconds: 60 } };
  const open = await startServer({ rateLimits, http: { trustProxy: ["127.0.0.1"] } });
  const send = (from: string) => {
    return open.graphql.send("{ viewer { id } }", {}, undefined, { "X-Forwarded-For": from });
  };
  const answers = await exhaust(() => send("203.0.113.50"));
  expect(readLimit(answers[0] as Answer).policy).toBe("signed-out-by-address");
  expect(codeOf(answers.at(-1) as Answer)).toBe("429 RATE_LIMITED");
  expect(codeOf(await send("203.0.113.51"))).toBe("200");
  await open.close();
});

it("a budget is whole again after exactly the seconds that the refusal says", async () => {
  const quick = await startServer({ rateLimits: { "queries-by-user": { points: 100, seconds: 1 } } });
  const ann = await signUp(quick);
  let refusal = await ann.send(list);
  while (refusal.status !== 429) refusal = await ann.send(list);
  expect(readRetryAfter(refusal)).toBe(1);
  await waitOut(refusal);
  expect(codeOf(await ann.send(list))).toBe("200");
  await quick.close();
});

it("check 98: a refusal is logged with the user", async () => {
  const ann = await signUp(server);
  const refusal = (await exhaust(() => ann.send(list))).at(-1);
  const id = refusal?.headers.get("x-request-id");
  const lines = server
    .logged()
    .split("\n")
    .filter((line) => line.includes("a rate limit was reached"));
  const line = lines.map((text) => JSON.parse(text)).find((entry) => entry.id === id);
  expect(line).toMatchObject({ policy: "queries-by-user", address: "127.0.0.1", level: 40 });
  expect(Buffer.from(ann.id, "base64").toString()).toBe(`User:${line.user}`);
});
