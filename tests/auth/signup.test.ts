import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { password } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { login, newAddress, type Outcome, problemPaths, signup, signupDocument } from "./accounts.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const countUsers = async () => (await server.admin.query("SELECT count(*)::int AS n FROM users")).rows[0].n;

it("makes an account, and answers a credential for it that works at once", async () => {
  const email = newAddress();
  const before = Date.now();
  const outcome = await signup(server, { email, password, name: "Ann" });
  expect(outcome).toMatchObject({
    __typename: "AuthPayload",
    tokenType: "bearer",
    user: { email, name: "Ann" },
  });
  expect(outcome.user.createdAt).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
  expect(Date.parse(outcome.user.createdAt)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(outcome.user.createdAt)).toBeLessThanOrEqual(Date.now());

  const { viewer, node } = await server.graphql.data(
    "query ($id: ID!) { viewer { id email name createdAt } node(id: $id) { id } }",
    { id: outcome.user.id },
    outcome.accessToken,
  );
  expect(viewer).toEqual(outcome.user);
  expect(node).toEqual({ id: outcome.user.id });
});

it("refuses an address that has an account, and leaves that account as it was", async () => {
  const email = newAddress();
  const first = await signup(server, { email, password, name: "Ann" });
  const second = await signup(server, { email, password: "another good one", name: "Eve" });
  expect(second).toEqual({
    __typename: "EmailTakenError",
    message: expect.stringContaining("exists already"),
  });
  expect((await login(server, { email, password })).user).toEqual(first.user);
  expect((await login(server, { email, password: "another good one" })).__typename).toBe(
    "InvalidCredentialsError",
  );
});

it("check 87: gives one address to exactly one of twenty who want it at once", async () => {
  const email = newAddress();
  const spellings = [email, email.toUpperCase(), ` ${email}`, email.replace("example", "EXAMPLE")];
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      signup(server, { email: spellings[i % 4], password: `${password} ${i}` }),
    ),
  );
  const winners = outcomes.filter(({ __typename }) => __typename === "AuthPayload");
  expect(winners).toHaveLength(1);
  expect(outcomes.filter(({ __typename }) => __typename === "EmailTakenError")).toHaveLength(19);

  const { rows } = await server.admin.query("SELECT id FROM users WHERE lower(email) = $1", [email]);
  expect(rows).toHaveLength(1);
  const sessions = await server.admin.query("SELECT FROM sessions WHERE user_id = $1", [rows[0].id]);
  expect(sessions.rowCount).toBe(1);
  const doors = await Promise.all(
    outcomes.map((_, i) => login(server, { email, password: `${password} ${i}` })),
  );
  expect(doors.map(({ __typename }) => __typename === "AuthPayload")).toEqual(
    outcomes.map(({ __typename }) => __typename === "AuthPayload"),
  );
});

it("tells of all problems at once, each by its path, and makes nothing", async () => {
  const before = await countUsers();
  const outcome = await signup(server, { email: "nobody", password: "short", name: "x".repeat(201) });
  expect(outcome.__typename).toBe("ValidationError");
  expect(problemPaths(outcome)).toEqual(["email", "password", "name"]);
  for (const { message } of outcome.fieldErrors) expect(outcome.message).toContain(message);
  expect(await countUsers()).toBe(before);
});

describe("a name", () => {
  const outcomeOf = (name: unknown): Promise<Outcome> =>
    signup(server, { email: newAddress(), password, name });

  it.each([
    ["trimmed", "  Ann\n", "Ann"],
    ["kept as it is inside", "Ann  O’Neil\u0301 👩‍👩‍👧", "Ann  O’Neil\u0301 👩‍👩‍👧"],
    ["none when empty", "", null],
    ["none when it is white space alone", " \t\u00a0\u3000", null],
    ["none when null", null, null],
    ["up to 200 characters long", "x".repeat(200), "x".repeat(200)],
    ["counted in code points", "😀".repeat(200), "😀".repeat(200)],
    ["measured without the white space around it", ` ${"x".repeat(200)} `, "x".repeat(200)],
  ])("is %s", async (_rule, given, kept) => {
    expect((await outcomeOf(given)).user.name).toBe(kept);
  });

  it.each([
    ["more than 200 characters", "x".repeat(201)],
    ["more than 200 emoji", "😀".repeat(201)],
    ["a NUL (check 4)", "An\0n"],
    ["half of a surrogate pair", "Ann \ud83d"],
  ])("is refused with %s", async (_what, name) => {
    expect(problemPaths(await outcomeOf(name))).toEqual(["name"]);
  });

  it("is null where none was given", async () => {
    expect((await signup(server, { email: newAddress(), password })).user.name).toBeNull();
  });
});

describe("an input", () => {
  const good = { email: "extra@example.com", password };

  it.each([
    "id",
    "userId",
    "role",
    "hashedPassword",
    "passwordHash",
    "scopes",
    "createdAt",
    "emailKey",
    "__proto__",
  ])("check 12: with %s on top is refused whole", async (key) => {
    const before = await countUsers();
    // As text, since an object literal's __proto__ is no key.
    const input = JSON.parse(`{"${key}": "x", "email": "${good.email}", "password": "${good.password}"}`);
    const { status, errors, data } = await server.graphql.send(signupDocument, { input });
    expect([status, errors?.[0]?.extensions.code, data]).toEqual([400, "BAD_USER_INPUT", undefined]);
    expect(await countUsers()).toBe(before);
  });

  it.each([
    ["an operator for the address", { ...good, email: { startsWith: "a" } }],
    ["a negation for the address", { ...good, email: { not: "" } }],
    ["a list of two addresses", { ...good, email: ["a@example.com", "b@example.com"] }],
    ["a number for the address", { ...good, email: 5 }],
    ["a truth for the address", { ...good, email: true }],
    ["null for the address", { ...good, email: null }],
    ["no address", { password }],
    ["an object for the password", { ...good, password: { not: "" } }],
    ["a list for the password", { ...good, password: [password, "x"] }],
    ["a number for the password", { ...good, password: 12345678901 }],
    ["null for the password", { ...good, password: null }],
    ["no password", { email: good.email }],
    ["an object for the name", { ...good, name: { set: "x" } }],
    ["a list for the name", { ...good, name: ["x", "y"] }],
    ["nothing", {}],
    ["null", null],
    ["a text", "a@example.com"],
  ])("that is or has %s is refused with 400", async (_what, input) => {
    const before = await countUsers();
    const { status, errors, data } = await server.graphql.send(signupDocument, { input });
    expect([status, errors?.[0]?.extensions.code, data]).toEqual([400, "BAD_USER_INPUT", undefined]);
    expect(await countUsers()).toBe(before);
  });

  it("of a wrong type in the document itself is refused with 400", async () => {
    const { status, errors } = await server.graphql.send(
      'mutation { signup(input: { email: { not: "" }, password: 12345678 }) { __typename } }',
    );
    expect([status, errors?.[0]?.extensions.code]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
  });
});
