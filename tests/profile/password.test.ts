import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { login } from "../auth/accounts.ts";
import { createToken, logIn, refreshDocument } from "../auth/tokens-api.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { changeDocument, changePassword, eventsOf, statusOf } from "./profile-api.ts";

const next = "seven green bicycles";

let server: TestServer;
let ann: Person;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const opens = async (email: string, attempt: string, on = server) =>
  (await login(on, { email, password: attempt })).__typename === "AuthPayload";

describe("check 11: changing the password", () => {
  it("needs the current one, and changes nothing without it", async () => {
    ann = await signUp(server);
    const other = await logIn(server, ann);
    expect(await changePassword(ann, "not the password", next)).toEqual({
      __typename: "InvalidCredentialsError",
      message: "The password is wrong.",
    });
    const missing = await ann.send(changeDocument, { input: { newPassword: next } });
    expect([missing.status, missing.errors?.[0]?.extensions.code]).toEqual([400, "BAD_USER_INPUT"]);
    expect([await opens(ann.email, password), await opens(ann.email, next)]).toEqual([true, false]);
    expect(await statusOf(server, other.accessToken)).toBe(200);
    expect(await eventsOf(ann)).not.toContain("PASSWORD_CHANGED");
    expect(await eventsOf(ann)).toContain("SIGN_IN_FAILED");
  });

  it("ends all other sessions at once, and leaves this one and the keys for scripts", async () => {
    ann = await signUp(server);
    const others = [await logIn(server, ann), await logIn(server, ann)];
    const { secret } = await createToken(ann, ["TASKS_READ"]);
    const bob = await signUp(server);
    expect(await changePassword(ann, password, next)).toEqual({
      revokedSessionCount: 2,
      user: { id: ann.id, email: ann.email },
    });
    for (const { accessToken, refreshToken } of others) {
      expect(await statusOf(server, accessToken)).toBe(401);
      expect((await server.graphql.send(refreshDocument, { token: refreshToken })).status).toBe(401);
    }
    expect(await statusOf(server, ann.token)).toBe(200);
    expect(await statusOf(server, secret)).toBe(200);
    expect(await statusOf(server, bob.token)).toBe(200);
    expect([await opens(ann.email, password), await opens(ann.email, next)]).toEqual([false, true]);
    expect(await eventsOf(ann)).toContain("PASSWORD_CHANGED");
  });

  it("voids codes that were sent to set a new one", async () => {
    ann = await signUp(server);
    const insert = `INSERT INTO codes (user_id, id, purpose, code_hash, created_at, expires_at)
      SELECT id, gen_random_uuid(), unnest(ARRAY['reset', 'verify']), '', now(), now() + interval '1 day'
      FROM users WHERE email = $1 RETURNING user_id`;
    const { rows } = await server.admin.query(insert, [ann.email]);
    await changePassword(ann, password, next);
    const left = await server.admin.query("SELECT purpose FROM codes WHERE user_id = $1", [rows[0].user_id]);
    expect(left.rows).toEqual([{ purpose: "verify" }]);
  });

  it("counts wrong passwords together with those of logins, and right ones not at all", async () => {
    const policy = { points: 3, seconds: 900 };
    const strict = await startServer({ rateLimits: { "login-by-account": policy } });
    const eve = await signUp(strict);
    for (const attempt of [password, next, password, next]) {
      const following = attempt === password ? next : password;
      expect(await changePassword(eve, attempt, following)).toHaveProperty("revokedSessionCount");
    }
    await opens(eve.email, "guess 1", strict);
    expect((await changePassword(eve, "guess 2", next)).__typename).toBe("InvalidCredentialsError");
    expect((await changePassword(eve, "guess 3", next)).__typename).toBe("InvalidCredentialsError");
    const { status, headers, errors } = await eve.send(changeDocument, {
      input: { currentPassword: password, newPassword: next },
    });
    expect([status, errors?.[0]?.extensions.code]).toEqual([429, "RATE_LIMITED"]);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    // Nor is it compared with the account's address written in another way.
    const login = await strict.graphql.send(
      'mutation ($email: String!) { login(input: { email: $email, password: "x" }) { __typename } }',
      { email: ` ${eve.email.toUpperCase()} ` },
    );
    expect(login.status).toBe(429);
    await strict.close();
  });

  it("makes one of several changes at once, each by who knew the password", async () => {
    ann = await signUp(server);
    const wanted = Array.from({ length: 5 }, (_, index) => `${next} ${index}`);
    const outcomes = await Promise.all(wanted.map((each) => changePassword(ann, password, each)));
    const made = outcomes.map((outcome) => outcome.revokedSessionCount === 0);
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(outcomes.filter(({ __typename }) => __typename === "InvalidCredentialsError")).toHaveLength(4);
    const opened = [];
    for (const each of wanted) opened.push(await opens(ann.email, each));
    expect(opened).toEqual(made);
    expect(await opens(ann.email, password)).toBe(false);
  });

  it("is one operation's only field, so that it is no way to try several", async () => {
    const one = `changePassword(input: { currentPassword: "a", newPassword: "${next}" }) { __typename }`;
    const { status, errors } = await ann.send(`mutation { a: ${one} b: ${one} }`);
    expect([status, errors?.[0]?.extensions.code]).toEqual([400, "QUERY_TOO_COMPLEX"]);
  });
});

describe("a new password", () => {
  beforeAll(async () => {
    ann = await signUp(server);
  });

  it.each([
    ["check 1: 7 emoji", "😀".repeat(7)],
    ["check 2: 73 bytes", "x".repeat(73)],
    ["check 3: 18 emoji and a tail", `${"😀".repeat(18)}x`],
    ["check 5: half of a surrogate pair", "tomato sandwich\ud800"],
    ["check 7: a common one twice", "passwordpassword"],
    ["check 7: a run of digits", "123456789012345"],
    ["check 7: the product's name, again and again", "OwnlistOWNLISTownlist"],
  ])("is refused like one at sign-up: %s", async (_what, refused) => {
    const outcome = await changePassword(ann, password, refused);
    expect(outcome).toMatchObject({
      __typename: "ValidationError",
      fieldErrors: [{ path: ["newPassword"] }],
    });
  });

  it("check 7: is not the account's own address", async () => {
    const outcome = await changePassword(ann, password, ann.email.toUpperCase());
    expect(outcome.fieldErrors).toEqual([{ path: ["newPassword"] }]);
  });

  it("is not told of before its rules are kept, so that a slip costs no attempt", async () => {
    const outcome = await changePassword(ann, "wrong as well", "short");
    expect(outcome.__typename).toBe("ValidationError");
  });

  it("is the same composed and decomposed, the current one too", async () => {
    const someone = await signUp(server);
    expect(await changePassword(someone, password, "cafe\u0301 au lait")).toHaveProperty("user");
    expect(await changePassword(someone, "caf\u00e9 au lait", next)).toHaveProperty("user");
    expect(await opens(someone.email, next)).toBe(true);
  });
});

it("no password stands in the log, or in the database in clear", async () => {
  expect(server.logged()).not.toContain(next);
  expect(server.logged()).not.toContain(password);
  expect(server.logged()).toContain("changed the password");
  const { rows } = await server.admin.query("SELECT hashed_password FROM users");
  expect(rows.filter(({ hashed_password: hash }) => !hash.startsWith("$2b$04$"))).toEqual([]);
});
