import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { login, newAddress } from "../auth/accounts.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import {
  changeEmail,
  eventsOf,
  publicUrl,
  requestReset,
  reset,
  startWithMail,
  verify,
  verifyAgain,
} from "./mail-api.ts";
import { codeForm, codeIn, type Mailbox } from "./mailbox.ts";

const hour = 3_600_000;

let server: TestServer;
let mailbox: Mailbox;
let clock: number | null = null;
beforeAll(async () => {
  ({ server, mailbox } = await startWithMail({ now: () => new Date(clock ?? Date.now()) }));
});
afterAll(async () => {
  await server.close();
  await mailbox.close();
});

const account = async ({ data }: Person) => (await data("{ viewer { email emailVerified } }")).viewer;

/** Somebody new, and the code that was mailed to them. */
async function signUpWithCode(): Promise<[Person, string]> {
  const person = await signUp(server);
  return [person, codeIn(await mailbox.take(person.email))];
}

/** Asks for another address. @returns it, and the code that was mailed there */
async function askForChange(person: Person): Promise<[string, string]> {
  const email = newAddress();
  const answer = await changeEmail(server, person.token, { email, password });
  expect(answer).toMatchObject({ __typename: "ChangeEmailPayload", verificationSent: true });
  return [email, codeIn(await mailbox.take(email))];
}

describe("a new account's address", () => {
  it("is mailed a code, and verified when that comes back", async () => {
    const person = await signUp(server);
    const mail = await mailbox.take(person.email);
    const code = codeIn(mail);
    expect(mail.text.split("\n")).toContain(`${publicUrl}/verify#code=${code}`);
    expect(await account(person)).toEqual({ email: person.email, emailVerified: false });
    const { __typename, user } = await verify(server, person.token, code.toLowerCase());
    expect([__typename, user.emailVerified]).toEqual(["VerifyEmailPayload", true]);
    expect(await account(person)).toEqual({ email: person.email, emailVerified: true });
    expect((await eventsOf(server, person.token))[0]).toBe("EMAIL_VERIFIED");
  });

  it("is verified with its own code alone, once, within 24 hours", async () => {
    const [[ann, annsCode], [bob]] = [await signUpWithCode(), await signUpWithCode()];
    expect((await verify(server, bob.token, annsCode)).__typename).toBe("InvalidCodeError");
    clock = Date.now() + 24 * hour + 1000;
    expect((await verify(server, ann.token, annsCode)).__typename).toBe("InvalidCodeError");
    clock = null;
    expect((await verify(server, ann.token, annsCode)).__typename).toBe("VerifyEmailPayload");
    expect((await verify(server, ann.token, annsCode)).__typename).toBe("InvalidCodeError");
  });

  it("is mailed another code on demand, in place of the first", async () => {
    const [person, first] = await signUpWithCode();
    expect(await verifyAgain(server, person.token)).toEqual({
      __typename: "RequestEmailVerificationPayload",
      email: person.email,
    });
    const second = codeIn(await mailbox.take(person.email));
    expect((await verify(server, person.token, first)).__typename).toBe("InvalidCodeError");
    expect((await verify(server, person.token, second)).__typename).toBe("VerifyEmailPayload");
  });
});

describe("another address", () => {
  it("is the account's when the code that is mailed there comes back, and the one before is told", async () => {
    const [person] = await signUpWithCode();
    const [email, code] = await askForChange(person);
    expect(await account(person)).toEqual({ email: person.email, emailVerified: false });
    expect((await login(server, { email, password })).__typename).toBe("InvalidCredentialsError");

    const { user } = await verify(server, person.token, code);
    expect(user).toMatchObject({ email, emailVerified: true });
    expect(await account(person)).toEqual({ email, emailVerified: true });
    const notice = await mailbox.take(person.email);
    expect(notice.headers.subject).toBe("Your e-mail address was changed");
    expect(notice.text).not.toContain(email);
    expect((await login(server, { email, password })).__typename).toBe("AuthPayload");
    expect((await login(server, { email: person.email, password })).__typename).toBe(
      "InvalidCredentialsError",
    );
    expect((await eventsOf(server, person.token)).slice(0, 3)).toEqual([
      "SIGNED_IN",
      "EMAIL_CHANGED",
      "EMAIL_CHANGE_REQUESTED",
    ]);
  });

  it("takes the password, and an address that is one and not the account's own", async () => {
    const [person] = await signUpWithCode();
    const change = (input: object) => changeEmail(server, person.token, { password, ...input });
    const wrong = await change({ email: newAddress(), password: "not the password" });
    expect(wrong.__typename).toBe("InvalidCredentialsError");
    for (const email of ["nowhere", person.email.toUpperCase()]) {
      const { __typename, fieldErrors } = await change({ email });
      expect([__typename, fieldErrors[0].path]).toEqual(["ValidationError", ["email"]]);
    }
    expect(await account(person)).toEqual({ email: person.email, emailVerified: false });
  });

  it("that is somebody else's gets no code but a word, and the caller hears nothing of it", async () => {
    const [[ann], [bob]] = [await signUpWithCode(), await signUpWithCode()];
    const free = await changeEmail(server, ann.token, { email: newAddress(), password });
    const taken = await changeEmail(server, ann.token, { email: bob.email, password });
    expect(taken).toEqual(free);
    const mail = await mailbox.take(bob.email);
    expect(mail.headers.subject).toBe("You have an account already");
    expect(mail.text).not.toMatch(codeForm);
    await verifyAgain(server, ann.token);
    expect((await mailbox.take(bob.email)).text).not.toMatch(codeForm);
  });

  it("that somebody else has got meanwhile is refused when the code comes back", async () => {
    const [person] = await signUpWithCode();
    const [email, code] = await askForChange(person);
    await server.graphql.data(
      `mutation { signup(input: { email: "${email}", password: "${password}" }) { __typename } }`,
    );
    expect((await verify(server, person.token, code)).__typename).toBe("EmailTakenError");
    expect(await account(person)).toEqual({ email: person.email, emailVerified: false });
  });

  it("ends the codes that were mailed to the one before", async () => {
    const [person] = await signUpWithCode();
    const [email, code] = await askForChange(person);
    await requestReset(server, person.email);
    const resetCode = codeIn(await mailbox.take(person.email));
    await verify(server, person.token, code);
    for (const address of [email, person.email])
      expect((await reset(server, { email: address, code: resetCode })).__typename).toBe("InvalidCodeError");
  });

  it("is pending as the last that was asked for: a code is mailed there again", async () => {
    const [person] = await signUpWithCode();
    const [, first] = await askForChange(person);
    const [email, second] = await askForChange(person);
    expect((await verifyAgain(server, person.token)).email).toBe(email);
    const third = codeIn(await mailbox.take(email));
    for (const code of [first, second])
      expect((await verify(server, person.token, code)).__typename).toBe("InvalidCodeError");
    expect((await verify(server, person.token, third)).user.email).toBe(email);
  });
});

describe("without mail", () => {
  let silent: TestServer;
  beforeAll(async () => {
    silent = await startServer({ rateLimits: {} });
  });
  afterAll(() => silent.close());

  it("another address is the account's at once, and not verified", async () => {
    const [person, email] = [await signUp(silent), newAddress()];
    expect(await changeEmail(silent, person.token, { email, password })).toMatchObject({
      __typename: "ChangeEmailPayload",
      verificationSent: false,
      user: { email, emailVerified: false },
    });
    expect((await login(silent, { email, password })).__typename).toBe("AuthPayload");
    expect(await eventsOf(silent, person.token)).toContain("EMAIL_CHANGED");
    expect((await verifyAgain(silent, person.token)).__typename).toBe("NotAvailableError");
  });

  it("that somebody else has it is told a few times an hour at most", async () => {
    const [ann, bob] = [await signUp(silent), await signUp(silent)];
    const send = () => changeEmail(silent, ann.token, { email: bob.email, password });
    for (let n = 0; n < 5; n++) expect((await send()).__typename).toBe("EmailTakenError");
    await expect(send()).rejects.toThrow("failed with 429");
    expect((await account(ann)).email).toBe(ann.email);
  });
});

it("check 33: a personal token changes and verifies no address", async () => {
  const [person] = await signUpWithCode();
  const { createPersonalToken } = await person.data(
    `mutation ($at: DateTime!) { createPersonalToken(input: { name: "x", scopes: [ACCOUNT_READ, TASKS_WRITE], expiresAt: $at }) {
      ... on CreatePersonalTokenPayload { secret } } }`,
    { at: new Date(Date.now() + 24 * hour) },
  );
  for (const field of [
    'changeEmail(input: { email: "a@example.com", password: "x" }) { __typename }',
    'verifyEmail(input: { code: "x" }) { __typename }',
    "requestEmailVerification { __typename }",
  ]) {
    const answer = await server.graphql.send(`mutation { ${field} }`, {}, createPersonalToken.secret);
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
  }
});
