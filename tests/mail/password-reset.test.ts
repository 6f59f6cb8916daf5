import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { login, newAddress, visible } from "../auth/accounts.ts";
import { createToken, logIn, sendRefresh } from "../auth/tokens-api.ts";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import {
  eventsOf,
  newPassword,
  publicUrl,
  requestReset,
  reset,
  sendReset,
  startWithMail,
  statusOf,
} from "./mail-api.ts";
import { codeForm, codeIn, type Mailbox } from "./mailbox.ts";

const minute = 60_000;

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

/** Somebody with an account, whose mail from signing up has been taken out of the box. */
async function signUpWithMail() {
  const person = await signUp(server);
  await mailbox.take(person.email);
  return person;
}

async function codeFor(email: string): Promise<string> {
  await requestReset(server, email);
  return codeIn(await mailbox.take(email));
}

describe("a forgotten password", () => {
  it("is replaced with the code that is mailed, and all that was signed in ends", async () => {
    const person = await signUpWithMail();
    const other = await logIn(server, person);
    const script = await createToken(person, ["TASKS_READ"]);
    expect((await requestReset(server, person.email.toUpperCase())).data.requestPasswordReset).toEqual({
      __typename: "RequestPasswordResetPayload",
      requested: true,
    });
    const mail = await mailbox.take(person.email);
    expect([mail.from, mail.to]).toEqual(["tasks@example.com", [person.email]]);
    const code = codeIn(mail);
    const link = `${publicUrl}/reset#email=${encodeURIComponent(person.email)}&code=${code}`;
    expect(mail.text.split("\n")).toContain(link);

    expect(await reset(server, { email: person.email, code })).toEqual({
      __typename: "ResetPasswordPayload",
      reset: true,
    });
    for (const token of [person.token, other.accessToken, script.secret])
      expect(await statusOf(server, token)).toBe(401);
    expect((await sendRefresh(server, other.refreshToken)).status).toBe(401);
    expect((await login(server, { email: person.email, password })).__typename).toBe(
      "InvalidCredentialsError",
    );
    const { accessToken } = await login(server, { email: person.email, password: newPassword });
    expect((await eventsOf(server, accessToken)).filter((kind) => kind.includes("RESET"))).toEqual([
      "PASSWORD_RESET",
      "PASSWORD_RESET_REQUESTED",
    ]);
    const { viewer } = await server.graphql.data("{ viewer { emailVerified } }", {}, accessToken);
    expect(viewer.emailVerified).toBe(true);
    expect((await mailbox.take(person.email)).headers.subject).toBe("Your password was changed");
  });

  it("takes the code without case, spaces and dashes, and letters for the digits they look like", async () => {
    const { email } = await signUpWithMail();
    const code = await codeFor(email);
    const written = ` ${code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `;
    expect((await reset(server, { email, code: written })).reset).toBe(true);
  });

  it("takes a code once, also of many at the same moment", async () => {
    const { email } = await signUpWithMail();
    const code = await codeFor(email);
    const answers = await Promise.all(Array.from({ length: 8 }, () => reset(server, { email, code })));
    const names = answers.map(({ __typename }) => __typename).sort();
    expect(names).toEqual([...Array(7).fill("InvalidCodeError"), "ResetPasswordPayload"]);
    expect((await reset(server, { email, code })).__typename).toBe("InvalidCodeError");
  });

  it("takes the newest code alone, for an hour", async () => {
    const { email } = await signUpWithMail();
    const first = await codeFor(email);
    const second = await codeFor(email);
    expect((await reset(server, { email, code: first })).__typename).toBe("InvalidCodeError");
    clock = Date.now() + 61 * minute;
    try {
      expect((await reset(server, { email, code: second })).__typename).toBe("InvalidCodeError");
      clock = Date.now() + 58 * minute;
      expect((await reset(server, { email, code: second })).reset).toBe(true);
    } finally {
      clock = null;
    }
  });

  it("keeps the code when the new password breaks the rules", async () => {
    const { email } = await signUpWithMail();
    const code = await codeFor(email);
    for (const bad of ["short", "passwordpassword", email]) {
      const answer = await reset(server, { email, code, newPassword: bad });
      expect([answer.__typename, answer.fieldErrors[0].path]).toEqual(["ValidationError", ["newPassword"]]);
    }
    expect((await reset(server, { email, code })).reset).toBe(true);
  });

  it("is not replaced with somebody else's code, nor for a locked account", async () => {
    const [ann, bob] = [await signUpWithMail(), await signUpWithMail()];
    const code = await codeFor(ann.email);
    expect((await reset(server, { email: bob.email, code })).__typename).toBe("InvalidCodeError");
    await server.admin.query("UPDATE users SET disabled_at = now() WHERE email = $1", [ann.email]);
    expect((await reset(server, { email: ann.email, code })).__typename).toBe("InvalidCodeError");
  });
});

describe("whether there is an account", () => {
  it("is not told by asking for a code: the answer is the same, and nothing is mailed", async () => {
    const { email } = await signUpWithMail();
    const unknown = newAddress();
    const other = await requestReset(server, unknown);
    const known = await requestReset(server, email);
    expect(visible(other)).toEqual(visible(known));
    await mailbox.take(email);
    expect(mailbox.mails.filter(({ to }) => to.includes(unknown))).toEqual([]);
  });

  it("is not told by trying a code: answer and statements are the same", async () => {
    const { email } = await signUpWithMail();
    const code = "0000-0000-0000-0000-0000";
    const [known, other] = [
      await sendReset(server, { email, code }),
      await sendReset(server, { email: newAddress(), code }),
    ];
    expect(visible(other)).toEqual(visible(known));
    const texts = (address: string) => server.statements(() => reset(server, { email: address, code }));
    expect(await texts(newAddress())).toEqual(await texts(email));
  });
});

it("a mail is plain text, says that a machine sent it, and holds nothing to be tracked with", async () => {
  const { email } = await signUpWithMail();
  await requestReset(server, email);
  const { headers, text, raw } = await mailbox.take(email);
  expect(headers["content-type"]).toMatch(/^text\/plain; charset=utf-8/);
  expect(headers["auto-submitted"]).toBe("auto-generated");
  expect(headers.from).toBe("Ownlist <tasks@example.com>");
  expect(raw).not.toMatch(/<img|<a |text\/html/i);
  expect(text.match(/https?:\/\/[^/\s]+/g)).toEqual([publicUrl]);
  expect(text).toMatch(codeForm);
});

it("no code is in the log or in the database", async () => {
  const { email } = await signUpWithMail();
  const code = await codeFor(email);
  expect(server.logged()).not.toContain(code);
  expect(server.logged()).not.toContain(email);
  const { rows } = await server.admin.query<{ row: string }>("SELECT codes::text AS row FROM codes");
  const bare = code.replaceAll("-", "");
  for (const { row } of rows) expect(row.includes(code) || row.includes(bare)).toBe(false);
});

it("without mail nobody can ask for a code, and is told whom to ask", async () => {
  const silent = await startServer();
  const { email } = await signUp(silent);
  const { data } = await requestReset(silent, email);
  expect(data.requestPasswordReset).toEqual({
    __typename: "NotAvailableError",
    message: "This server sends no mail. Ask whoever runs it for a code.",
  });
  expect((await silent.graphql.data("{ server { sendsMail } }")).server.sendsMail).toBe(false);
  await silent.close();
});

it("wrong codes for one account are refused after nine in a quarter of an hour, the right one too", async () => {
  const { server: limited, mailbox: box } = await startWithMail({
    rateLimits: { "login-by-address": { points: 1000, seconds: 60 } },
  });
  const { email } = await signUp(limited);
  await box.take(email);
  await requestReset(limited, email);
  const code = codeIn(await box.take(email));
  for (let n = 0; n < 9; n++)
    expect((await reset(limited, { email, code: "wrong" })).__typename).toBe("InvalidCodeError");
  const refused = await sendReset(limited, { email, code });
  expect([refused.status, refused.errors?.[0]?.extensions.code]).toEqual([429, "RATE_LIMITED"]);
  for (let n = 0; n < 4; n++) expect((await requestReset(limited, email)).status).toBe(200);
  expect((await requestReset(limited, email)).status).toBe(429);
  const unknown = newAddress();
  for (let n = 0; n < 5; n++) expect((await requestReset(limited, unknown)).status).toBe(200);
  expect((await requestReset(limited, unknown)).status).toBe(429);
  await limited.close();
  await box.close();
});
