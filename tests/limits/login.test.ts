import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newAddress, signupDocument } from "../auth/accounts.ts";
import { isComparison, watchHashing } from "../auth/hash-jobs.ts";
import { createDatabase } from "../helpers/database.ts";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { guess, guessUntilRefused, outcomeOf, readRetryAfter, refused, waitOut, wrong } from "./guesses.ts";

const trustProxy = ["127.0.0.0/8"];
let server: TestServer;
/** One whose limits are over in a second. */
let quick: TestServer;
beforeAll(async () => {
  server = await startServer({ rateLimits: {}, http: { trustProxy } });
  const seconds = 1;
  const rateLimits = {
    "login-by-account": { points: 2, seconds },
    "login-by-address": { points: 3, seconds },
    "signup-by-address": { points: 1, seconds: 3600 },
  };
  quick = await startServer({ rateLimits, http: { trustProxy } });
});
afterAll(async () => {
  await server.close();
  await quick.close();
});

/** Tries passwords one after the other. @returns what came of each */
async function guessAll(inputs: object[], from: (index: number) => string, on = server): Promise<string[]> {
  const outcomes: string[] = [];
  for (const [index, input] of inputs.entries())
    outcomes.push(outcomeOf(await guess(on, input, from(index))));
  return outcomes;
}

/** What a wrong password gets among many at once: a busy machine may run out of connections. */
const possible = [wrong, refused, "503 SERVICE_UNAVAILABLE"];

const guessesAt = (email: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ email, password: `guess ${index}` }));
const manyAccounts = (count: number) =>
  Array.from({ length: count }, () => ({ email: newAddress(), password }));
const refusedAfter = (passing: number, count: number) => [
  ...Array(passing).fill(wrong),
  ...Array(count - passing).fill(refused),
];

describe("check 88: guessing one account's password", () => {
  it("ends with the tenth, from however many addresses, and takes nothing from whoever is signed in", async () => {
    const ann = await signUp(server);
    const bob = await signUp(server);
    const outcomes = await guessAll(guessesAt(ann.email, 10), (index) => `198.51.100.${index}`);
    expect(outcomes).toEqual(refusedAfter(9, 10));

    const right = await guess(server, { email: ann.email.toUpperCase(), password }, "198.51.100.77");
    expect(outcomeOf(right)).toBe(refused);
    expect(right.data ?? null).toBeNull();
    expect(readRetryAfter(right)).toBeLessThanOrEqual(900);
    expect(await ann.data("{ viewer { email } }")).toEqual({ viewer: { email: ann.email } });
    expect(outcomeOf(await guess(server, { email: bob.email, password }, "198.51.100.77"))).toBe(
      "AuthPayload",
    );
  });

  it("ends with the tenth for an address that nobody has, however it is written", async () => {
    const email = newAddress();
    const guesses = guessesAt(email, 10).map((input, index) =>
      index % 2 ? { ...input, email: ` ${email.toUpperCase()} ` } : input,
    );
    expect(await guessAll(guesses, (index) => `198.51.100.${index}`)).toEqual(refusedAfter(9, 10));
  });

  it("lets the right password pass again when its time is over", async () => {
    const { email } = await signUp(quick);
    let guesses = 0;
    const next = () => ({ email, password: `guess ${guesses++}` });
    const answer = await guessUntilRefused(quick, next, "198.51.100.1");
    expect(answer.headers.get("ratelimit-policy")).toBe('"login-by-account";q=2;w=1');
    await waitOut(answer);
    expect(outcomeOf(await guess(quick, { email, password }, "198.51.100.2"))).toBe("AuthPayload");
  });

  it("compares no more than nine passwords, if a hundred come at once", async () => {
    const { email } = await signUp(server);
    const jobs = watchHashing();
    const guesses = guessesAt(email, 100).map((input, index) => guess(server, input, `198.51.100.${index}`));
    const outcomes = new Set((await Promise.all(guesses)).map(outcomeOf));
    expect(jobs.filter(isComparison).length).toBeLessThanOrEqual(9);
    expect(outcomes).toContain(refused);
    expect([...outcomes].filter((outcome) => !possible.includes(outcome))).toEqual([]);
  });

  it("does not count the right one, which whoever knows it may use again and again", async () => {
    const { email } = await signUp(server);
    await guessAll(guessesAt(email, 8), () => "198.51.100.8");
    for (let count = 0; count < 12; count++) {
      expect(outcomeOf(await guess(server, { email, password }, "198.51.100.9"))).toBe("AuthPayload");
    }
    expect(await guessAll(guessesAt(email, 2), () => "198.51.100.8")).toEqual(refusedAfter(1, 2));
  });
});

describe("check 89: guessing many accounts' passwords", () => {
  it("from one address is refused by the twentieth, whatever comes from others", async () => {
    const outcomes = await guessAll(manyAccounts(22), () => "203.0.113.1");
    expect(outcomes).toEqual(refusedAfter(19, 22));
    expect(await guessAll(manyAccounts(1), () => "203.0.113.2")).toEqual([wrong]);
  });

  it("passes again after exactly the seconds that the refusal says", async () => {
    const next = () => ({ email: newAddress(), password });
    const answer = await guessUntilRefused(quick, next);
    expect(readRetryAfter(answer)).toBe(1);
    expect(answer.headers.get("ratelimit-policy")).toBe('"login-by-address";q=3;w=1');
    expect(answer.headers.get("ratelimit")).toBe('"login-by-address";r=0;t=1');
    await waitOut(answer);
    expect(outcomeOf(await guess(quick, next()))).toBe(wrong);
  });

  it("from many addresses of one subscriber's IPv6 counts as from one", async () => {
    const outcomes = await guessAll(manyAccounts(20), (index) => `2001:db8:1:2:${index}::${index}`);
    expect(outcomes).toEqual(refusedAfter(19, 20));
    expect(await guessAll(manyAccounts(1), () => "2001:db8:1:3::1")).toEqual([wrong]);
  });

  it("goes by no X-Forwarded-For, where no proxy is trusted", async () => {
    const open = await startServer({ rateLimits: {} });
    const outcomes = await guessAll(manyAccounts(20), (index) => `198.51.100.${index}`, open);
    expect(outcomes).toEqual(refusedAfter(19, 20));
    await open.close();
  });

  it("goes by what the trusted proxy adds, not by what its client had written there", async () => {
    const outcomes = await guessAll(manyAccounts(20), (index) => `198.51.100.${index}, 203.0.113.9`);
    expect(outcomes).toEqual(refusedAfter(19, 20));
  });

  it("is counted by all servers of a database together", async () => {
    const database = await createDatabase();
    const one = await startServer({ rateLimits: {} }, { ...database, drop: async () => {} });
    const two = await startServer({ rateLimits: {} }, database);
    const outcomes: string[] = [];
    for (const [index, input] of manyAccounts(20).entries()) {
      outcomes.push(outcomeOf(await guess(index % 2 ? one : two, input)));
    }
    expect(outcomes).toEqual(refusedAfter(19, 20));
    await one.close();
    await two.close();
  });
});

it("check 48: many logins in one request get no more guesses than one request each would", async () => {
  const { email } = await signUp(server);
  const jobs = watchHashing();
  const logins = Array.from(
    { length: 15 },
    (_, index) => `a${index}: login(input: { email: "${email}", password: "guess ${index}" }) { __typename }`,
  );
  const { status, errors } = await server.graphql.send(`mutation { ${logins.join(" ")} }`);
  expect([400, 429]).toContain(status);
  expect(errors?.length).toBeGreaterThan(0);
  expect(jobs.filter(isComparison).length).toBeLessThanOrEqual(9);
});

describe("check 93: limits are counted apart:", () => {
  const send = (input: object, from: string) =>
    server.graphql.send(signupDocument, { input }, undefined, { "X-Forwarded-For": from });

  it("who may not log in can still sign up, and the other way round", async () => {
    await guessAll(manyAccounts(20), () => "203.0.113.20");
    const { data } = await send({ email: newAddress(), password }, "203.0.113.20");
    expect(data.signup.__typename).toBe("AuthPayload");

    await expect(signUp(quick).then(() => signUp(quick))).rejects.toThrow("429");
    expect(outcomeOf(await guess(quick, { email: newAddress(), password }, "203.0.113.23"))).toBe(wrong);
  });

  it("check 9: who has five taken addresses named gets no sixth, nor hears which are free", async () => {
    const { email } = await signUp(server);
    for (let count = 0; count < 5; count++) {
      const { data } = await send({ email, password }, "203.0.113.21");
      expect(data.signup.__typename).toBe("EmailTakenError");
    }
    for (const next of [email, newAddress()]) {
      const answer = await send({ email: next, password }, "203.0.113.21");
      expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([429, "RATE_LIMITED"]);
      expect(readRetryAfter(answer)).toBeLessThanOrEqual(3600);
    }
  });

  it("who signs up with free addresses is not held up by that", async () => {
    for (let count = 0; count < 12; count++) {
      const { data } = await send({ email: newAddress(), password }, "203.0.113.22");
      expect(data.signup.__typename).toBe("AuthPayload");
    }
  });
});

it("check 98: a refusal is logged with the policy, the request and the address, and nobody's e-mail", async () => {
  const { email } = await signUp(server);
  const answers = [];
  for (const input of guessesAt(email, 10)) answers.push(await guess(server, input, "203.0.113.30"));
  const id = answers.at(-1)?.headers.get("x-request-id");
  const lines = server
    .logged()
    .split("\n")
    .filter((line) => line.includes("a rate limit was reached"));
  const line = lines.map((text) => JSON.parse(text)).find((entry) => entry.id === id);
  expect(line).toMatchObject({ level: 40, policy: "login-by-account", address: "203.0.113.30" });
  expect(Object.keys(line).toSorted()).toEqual(["address", "id", "level", "msg", "policy", "time"]);
});

it("check 92: of two hundred logins at once few cost work, and others are served meanwhile", async () => {
  const ann = await signUp(server);
  const jobs = watchHashing();
  const logins = manyAccounts(200).map((input) => guess(server, input, "203.0.113.40"));
  const reads = await Promise.all(Array.from({ length: 50 }, () => ann.send("{ viewer { id } }")));
  const outcomes = new Set((await Promise.all(logins)).map(outcomeOf));
  expect(reads.map(({ status }) => status)).toEqual(Array(50).fill(200));
  expect(jobs.filter(isComparison).length).toBeLessThanOrEqual(19);
  expect(outcomes).toContain(refused);
  expect([...outcomes].filter((outcome) => !possible.includes(outcome))).toEqual([]);
});

it("with the limits off, as many as anybody likes", async () => {
  const open = await startServer();
  const { email } = await signUp(open);
  expect(await guessAll(guessesAt(email, 30), () => "", open)).toEqual(Array(30).fill(wrong));
  const { headers } = await open.graphql.send("{ __typename }");
  expect([headers.get("ratelimit"), headers.get("ratelimit-policy")]).toEqual([null, null]);
  await open.close();
});
