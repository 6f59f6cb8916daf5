import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { login, newAddress, signup } from "../auth/accounts.ts";
import { createToken, logIn, sendRefresh } from "../auth/tokens-api.ts";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { eventsOf, newPassword, reset, statusOf } from "../mail/mail-api.ts";
import { codeForm } from "../mail/mailbox.ts";
import { admin, environmentOf, runAdmin } from "./admin-command.ts";

const day = 86_400_000;

let server: TestServer;
let clock: number | null = null;
beforeAll(async () => {
  server = await startServer({ now: () => new Date(clock ?? Date.now()) });
});
afterAll(() => server.close());

describe("the admin command", () => {
  it("lists accounts and counts what they have, with nothing of what is in them", async () => {
    const [ann, bob] = [await signUp(server, "ann"), await signUp(server, "bob")];
    for (const title of ["a secret plan", "another"]) await ann.addTask({ title });
    const [text, json, counts] = await Promise.all([
      admin(server, "users"),
      admin(server, "users", "--json"),
      admin(server, "stats", "--json"),
    ]);
    expect(text.split("\n")[0]).toMatch(/^ADDRESS +CREATED +VERIFIED +DISABLED +TASKS$/);
    const today = new Date().toISOString().slice(0, 10);
    expect(text).toMatch(new RegExp(`^${ann.email} +${today} +no +no +2$`, "m"));
    const accounts = JSON.parse(json);
    expect(accounts.find(({ email }: { email: string }) => email === bob.email)).toEqual({
      email: bob.email,
      createdAt: expect.stringMatching(/Z$/),
      isVerified: false,
      isDisabled: false,
      tasks: 0,
    });
    expect(JSON.parse(counts)).toEqual({
      users: accounts.length,
      verified: 0,
      disabled: 0,
      sessions: accounts.length,
      personalTokens: 0,
      tasks: 2,
    });
    expect(text + json + counts).not.toMatch(/secret plan|\$2b\$/);
  });

  it("makes a code for a new password, good once and for a day, and its link", async () => {
    const { email } = await signUp(server);
    const text = await admin(server, "reset-password", email.toUpperCase());
    const [code = ""] = codeForm.exec(text.replaceAll("  ", "")) ?? [];
    expect(text).toContain(
      `https://tasks.example.com/reset#email=${encodeURIComponent(email)}&code=${code}\n`,
    );
    clock = Date.now() + day + 1000;
    expect((await reset(server, { email, code })).__typename).toBe("InvalidCodeError");
    clock = null;
    expect((await reset(server, { email, code })).reset).toBe(true);
    expect((await reset(server, { email, code })).__typename).toBe("InvalidCodeError");
    const { accessToken } = await login(server, { email, password: newPassword });
    const { viewer, securityEvents } = await server.graphql.data(
      "{ viewer { emailVerified } securityEvents { edges { node { kind address } } } }",
      {},
      accessToken,
    );
    expect(viewer.emailVerified).toBe(false);
    expect(securityEvents.edges.map(({ node }: { node: object }) => node)).toContainEqual({
      kind: "PASSWORD_RESET_REQUESTED",
      address: null,
    });
  });

  it("locks an account: sessions, refresh tokens and personal tokens are refused at once, a login like a wrong password", async () => {
    const person = await signUp(server);
    const { email } = person;
    const script = await createToken(person, ["TASKS_READ"]);
    const other = await logIn(server, person);
    expect(await admin(server, "disable", email)).toBe(`The account of ${email} is disabled.\n`);
    for (const token of [person.token, script.secret]) expect(await statusOf(server, token)).toBe(401);
    expect((await sendRefresh(server, other.refreshToken)).status).toBe(401);
    expect(await login(server, { email, password })).toEqual(
      await login(server, { email, password: "wrong" }),
    );
    const refused = await runAdmin(["reset-password", email], environmentOf(server));
    expect([refused.status, refused.stderr]).toEqual([
      1,
      `The account of ${email} is disabled: enable it first.\n`,
    ]);
    expect(await admin(server, "disable", email)).toContain("as it was before");

    expect(await admin(server, "enable", email)).toBe(`The account of ${email} is enabled.\n`);
    for (const token of [person.token, script.secret]) expect(await statusOf(server, token)).not.toBe(401);
    const events = await eventsOf(server, person.token);
    expect(events.filter((kind) => /ABLED/.test(kind))).toEqual(["ENABLED", "DISABLED"]);
  });

  it("ends all sessions of an account, and its personal tokens when told to", async () => {
    const person = await signUp(server);
    const script = await createToken(person, ["ACCOUNT_READ"]);
    expect(await admin(server, "end-sessions", person.email)).toBe(`Ended 1 session of ${person.email}.\n`);
    expect([await statusOf(server, person.token), await statusOf(server, script.secret)]).toEqual([401, 200]);
    const json = await admin(server, "end-sessions", person.email, "--tokens", "--json");
    expect(JSON.parse(json)).toEqual({ email: person.email, endedSessions: 0, revokedTokens: 1 });
    expect(await statusOf(server, script.secret)).toBe(401);
    const { accessToken } = await login(server, { email: person.email, password });
    expect(await eventsOf(server, accessToken)).toEqual(
      expect.arrayContaining(["SESSION_REVOKED", "TOKEN_REVOKED"]),
    );
  });

  it("deletes an account when it is told so twice, and its address is free again", async () => {
    const person = await signUp(server);
    await person.addTask({ title: "gone" });
    const { email } = person;
    const asked = await runAdmin(["delete", email], environmentOf(server));
    expect([asked.status, asked.stderr]).toEqual([1, expect.stringContaining("add --yes to do it.\n")]);
    expect(await statusOf(server, person.token)).toBe(200);
    await admin(server, "delete", email, "--yes");
    expect(await statusOf(server, person.token)).toBe(401);
    expect((await server.admin.query("SELECT FROM tasks WHERE title = 'gone'")).rowCount).toBe(0);
    expect((await signup(server, { email, password })).__typename).toBe("AuthPayload");
  });

  it("says in one line that nobody has an address", async () => {
    const { status, stdout, stderr } = await runAdmin(["disable", newAddress()], environmentOf(server));
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^There is no account with the address "\w+@example.com".\n$/);
  });
});

describe("a command line that can't be understood ends with status 2 and one line:", () => {
  it.each([
    [[], "say which command"],
    [["frobnicate"], 'there is no command "frobnicate"'],
    [["disable"], "disable takes the account's address"],
    [["disable", "a@example.com", "b@example.com"], "disable takes one address"],
    [["users", "a@example.com"], "users takes no address"],
    [["users", "--yes"], "users takes no --yes"],
    [["users", "--frobnicate"], "Unknown option '--frobnicate'"],
    [["backup"], "backup takes the name of a file, or - for a pipe"],
    [["restore", "a", "b"], "restore takes one file"],
    [["restore", "a", "--force"], "restore takes no --force"],
    [["invite", "--days", "0"], "--days takes a number from 1 to 365"],
  ])("%j", async (args, problem) => {
    const said = await runAdmin(args, {});
    expect(said).toEqual({ status: 2, stdout: "", stderr: `${problem}. See: npm run admin -- --help\n` });
  });
});

it("--help names every command", async () => {
  const { status, stdout } = await runAdmin(["--help"], {});
  expect(status).toBe(0);
  for (const name of [
    "users",
    "stats",
    "reset-password",
    "disable",
    "enable",
    "end-sessions",
    "delete",
    "invite",
    "backup FILE",
    "check-backup FILE",
    "restore FILE",
  ])
    expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
});
