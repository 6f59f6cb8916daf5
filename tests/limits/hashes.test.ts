import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loginDocument, newAddress, signupDocument } from "../auth/accounts.ts";
import { holdComparisons, killHashing } from "../auth/hash-jobs.ts";
import type { Answer } from "../helpers/graphql.ts";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { changeEmailDocument, requestReset, resetDocument, startWithMail } from "../mail/mail-api.ts";
import { codeIn, type Mailbox } from "../mail/mailbox.ts";
import { changeDocument, deleteDocument } from "../profile/profile-api.ts";
import { guess, outcomeOf, readRetryAfter, refused, wrong } from "./guesses.ts";

const trustProxy = ["127.0.0.0/8"];
let server: TestServer;
let mailbox: Mailbox;
beforeAll(async () => {
  ({ server, mailbox } = await startWithMail({ http: { trustProxy } }));
});
afterAll(async () => {
  await server.close();
  await mailbox.close();
});

/** Sends so many logins at once; `answered` grows. */
function sendLogins(word: string, from: string[]) {
  const answered: Answer[] = [];
  const all = from.map(async (address) => {
    answered.push(await guess(server, { email: newAddress(), password: word }, address));
  });
  return { answered, done: Promise.all(all) };
}

/** Has an address fill all the places that it can have. */
async function flood(from: string) {
  const sent = sendLogins("flood", Array<string>(60).fill(from));
  await vi.waitUntil(() => sent.answered.length >= 60 - 32 - 3, { timeout: 20_000 });
  return sent;
}

describe("while one address sends more passwords than can be looked at", () => {
  it("what comes from others has its turn after one of them at most, and two of each wait", async () => {
    const { held, letGo } = holdComparisons();
    const flooded = await flood("198.51.100.1");
    const running = held.length;
    // One of the three is too many, for they share the first 64 bits.
    const other = sendLogins("other", ["2001:db8::1", "2001:db8::2", "2001:db8::3"]);
    await vi.waitUntil(() => other.answered.length > 0, { timeout: 20_000 });
    letGo();
    await Promise.all([flooded.done, other.done]);
    expect(other.answered.map(outcomeOf)).toEqual([refused, wrong, wrong]);
    expect(readRetryAfter(other.answered[0] as Answer)).toBe(1);
    expect(held.slice(running, running + 4).filter((word) => word === "other")).toEqual(["other", "other"]);
    expect(new Set(flooded.answered.map(outcomeOf))).toEqual(new Set([refused, wrong]));
  });

  it("who goes away leaves the queue, and nothing is hashed for them", async () => {
    const { held, letGo } = holdComparisons();
    const flooded = await flood("198.51.100.3");
    const client = new AbortController();
    const ids = ["goes-away-1", "goes-away-2", "goes-away-3"];
    const loggedIds = () => ids.filter((id) => server.logged().includes(`"${id}"`));
    const sent = ids.map((id) => {
      const headers = {
        "Content-Type": "application/json",
        "X-Forwarded-For": "203.0.113.3",
        "X-Request-Id": id,
      };
      const variables = { input: { email: newAddress(), password: "gone" } };
      const body = JSON.stringify({ query: loginDocument, variables });
      return fetch(`${server.url}/graphql`, { method: "POST", headers, body, signal: client.signal });
    });
    const settled = Promise.allSettled(sent);
    // One is refused when the others wait.
    await vi.waitUntil(() => server.logged().includes('"goes-away-'), { timeout: 20_000 });
    client.abort();
    await vi.waitUntil(() => loggedIds().length === ids.length, { timeout: 20_000 });
    letGo();
    await flooded.done;
    await settled;
    expect(held).not.toContain("gone");
  });

  it("whatever else takes a hash is refused to that address", async () => {
    const from = "198.51.100.2";
    const { email, token } = await signUp(server);
    await mailbox.take(email);
    await requestReset(server, email);
    const code = codeIn(await mailbox.take(email));
    const { letGo } = holdComparisons();
    const flooded = await flood(from);
    const next = { email: newAddress(), password };
    const sent: [string, object, string?][] = [
      [signupDocument, next],
      [changeDocument, { currentPassword: password, newPassword: `${password}!` }, token],
      [changeEmailDocument, next, token],
      [deleteDocument, { password }, token],
      [resetDocument, { email, code, newPassword: `${password}!` }],
    ];
    const codes = sent.map(async ([document, input, token]) => {
      const headers = { "X-Forwarded-For": from };
      const { status, errors } = await server.graphql.send(document, { input }, token, headers);
      return `${status} ${errors?.[0]?.extensions.code}`;
    });
    expect(await Promise.all(codes)).toEqual(sent.map(() => refused));
    letGo();
    await flooded.done;
  });
});

describe("right passwords count as well, but for more:", () => {
  const limits = {
    "passwords-by-account": { points: 3, seconds: 600 },
    "passwords-by-address": { points: 5, seconds: 600 },
  };
  let strict: TestServer;
  beforeAll(async () => {
    strict = await startServer({ rateLimits: limits, http: { trustProxy } });
  });
  afterAll(() => strict.close());

  const logIn = async (email: string, from: string, typed = password) => {
    const answer = await guess(strict, { email, password: typed }, from);
    return [outcomeOf(answer), answer.headers.get("ratelimit-policy")?.split(";")[0]];
  };

  it("on one account, from wherever they come, wrong ones among them", async () => {
    const { email } = await signUp(strict);
    await logIn(email, "203.0.113.1");
    await logIn(email, "203.0.113.2", "not the password");
    expect((await logIn(email, "203.0.113.3"))[0]).toBe("AuthPayload");
    expect(await logIn(email, "203.0.113.4")).toEqual([refused, '"passwords-by-account"']);
  });

  it("from one address, on however many accounts", async () => {
    const emails = [];
    for (let count = 0; count < 6; count++) emails.push((await signUp(strict)).email);
    const outcomes = [];
    for (const email of emails) outcomes.push(await logIn(email, "203.0.113.10"));
    expect(outcomes.map(([outcome]) => outcome)).toEqual([...Array(5).fill("AuthPayload"), refused]);
    expect(outcomes.at(-1)?.[1]).toBe('"passwords-by-address"');
    expect((await logIn(emails[0] ?? "", "203.0.113.11"))[0]).toBe("AuthPayload");
  });

  it("not when they were not looked at", async () => {
    const { email } = await signUp(strict);
    const stopKilling = killHashing();
    for (let count = 0; count < 4; count++)
      expect((await logIn(email, "203.0.113.20"))[0]).toBe("500 INTERNAL_SERVER_ERROR");
    stopKilling();
    expect((await logIn(email, "203.0.113.20"))[0]).toBe("AuthPayload");
  });
});
