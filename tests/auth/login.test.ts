import bcrypt from "bcrypt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { password } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { decode, login, loginDocument, newAddress, problemPaths, signup, visible } from "./accounts.ts";
import { isComparison, watchHashing } from "./hash-jobs.ts";

let server: TestServer;
const email = newAddress();

beforeAll(async () => {
  server = await startServer();
  await signup(server, { email, password, name: "Ann" });
});
afterAll(() => server.close());

const send = (input: object, headers?: Record<string, string>) =>
  server.graphql.send(loginDocument, { input }, undefined, headers);

it("starts a session of its own each time", async () => {
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => login(server, { email, password })));
  expect(outcomes.map(({ __typename }) => __typename)).toEqual(outcomes.map(() => "AuthPayload"));
  const tokens = outcomes.map(({ accessToken }) => decode(accessToken).payload);
  expect(new Set(tokens.map(({ sid }) => sid)).size).toBe(20);
  expect(new Set(tokens.map(({ jti }) => jti)).size).toBe(20);
  for (const { accessToken } of outcomes) {
    const { viewer } = await server.graphql.data("{ viewer { email } }", {}, accessToken);
    expect(viewer).toEqual({ email });
  }
});

it("answers the same as signing up did", async () => {
  const outcome = await login(server, { email, password });
  expect(outcome).toMatchObject({ tokenType: "bearer", user: { email, name: "Ann" } });
});

describe("check 8: an unknown address gets what a wrong password gets:", () => {
  const wrong = { email, password: "not the password" };

  it.each([
    ["an address that nobody has", { email: "nobody-at-all@example.com", password: "not the password" }],
    ["the right password of somebody else", { email: "nobody-at-all@example.com", password }],
    ["no address at all", { email: "nobody", password: "not the password" }],
    ["an empty address", { email: "", password: "not the password" }],
    ["an address that could be no account's", { email: "ﬁnn@example.com", password: "not the password" }],
    ["an address of 10,000 characters", { email: `${"x".repeat(10_000)}@example.com`, password }],
    ["an empty password", { email, password: "" }],
    ["a password of 73 bytes", { email, password: "x".repeat(73) }],
    ["a password of 10,000 characters", { email, password: "x".repeat(10_000) }],
    ["the hash's own prefix as password", { email, password: "$2b$04$" }],
  ])("%s", async (_what, input) => {
    for (const Accept of ["application/json", "application/graphql-response+json"]) {
      const expected = visible(await send(wrong, { Accept }));
      expect(expected.status).toBe(200);
      expect(visible(await send(input, { Accept }))).toEqual(expected);
    }
  });

  it("the same statements and the same work on a hash of the same cost", async () => {
    const jobs = watchHashing();
    const costs = () => jobs.filter(isComparison).map(({ hash }) => bcrypt.getRounds(hash));
    // The security log is written to when the answer has left.
    const statements = async (input: object) =>
      (await server.statements(() => send(input))).filter((text) => !/"security_events"/.test(text));
    const known = await statements(wrong);
    const unknown = await statements({ ...wrong, email: "nobody-at-all@example.com" });
    const impossible = await statements({ ...wrong, email: "nobody" });
    const tooLong = await statements({ ...wrong, password: "x".repeat(73) });
    expect(known).toHaveLength(1);
    expect([unknown, impossible, tooLong]).toEqual([known, known, known]);
    expect(costs()).toEqual([4, 4, 4, 4]);
  });
});

describe("text that can be nobody's is refused as such:", () => {
  it.each([
    ["a NUL in the address", { email: `${email}\0`, password }, ["email"]],
    ["half of a surrogate pair in the address", { email: `\ud800${email}`, password }, ["email"]],
    ["half of a surrogate pair in the password", { email, password: `${password}\ud800` }, ["password"]],
    ["both", { email: "\0", password: "\udfff" }, ["email", "password"]],
  ])("%s", async (_what, input, paths) => {
    const outcome = await login(server, input);
    expect(outcome.__typename).toBe("ValidationError");
    expect(problemPaths(outcome)).toEqual(paths);
  });
});

it.each([
  ["an operator for the address", { email: { contains: "@" }, password }],
  ["an operator for the password", { email, password: { not: "" } }],
  ["a list", { email: [email], password: [password, "x"] }],
  ["a number", { email, password: 1 }],
  ["null", { email, password: null }],
  ["no password", { email }],
  ["an id on top", { email, password, id: "x" }],
  ["a role on top", { email, password, role: "admin" }],
])("is refused with 400 with %s", async (_what, input) => {
  const { status, errors, data } = await send(input);
  expect([status, errors?.[0]?.extensions.code, data]).toEqual([400, "BAD_USER_INPUT", undefined]);
});

it("of somebody else works beside a credential of one's own", async () => {
  const other = newAddress();
  const { accessToken } = await signup(server, { email: other, password });
  const { status, data } = await server.graphql.send(
    loginDocument,
    { input: { email, password } },
    accessToken,
  );
  expect(status).toBe(200);
  expect(data.login.user.email).toBe(email);
});

it("takes nothing in an address for a pattern or for SQL", async () => {
  for (const hostile of [
    "' OR 1=1 --@example.com",
    "%@example.com",
    "_@example.com",
    "\\@example.com",
    "$1@example.com",
  ]) {
    expect((await login(server, { email: hostile, password })).__typename).toBe("InvalidCredentialsError");
  }
});
