import { randomUUID } from "node:crypto";
import jwt from "jsonwebtoken";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Refusal } from "../../src/errors.ts";
import { createTokens } from "../../src/identity/access-tokens.ts";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";
import { findLeaks } from "../helpers/leaks.ts";
import { signUp } from "../helpers/people.ts";
import { jwtSecret, startServer, type TestServer } from "../helpers/server.ts";
import { login, loginDocument, newAddress, signup, signupDocument } from "./accounts.ts";
import { createToken, logIn, refresh } from "./tokens-api.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const { rows } = await server.admin.query(
    "SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  const tables = await Promise.all(
    rows.map(({ name }) => server.admin.query(`SELECT t::text AS row FROM ${name} AS t`)),
  );
  return tables.flatMap((table) => table.rows.map(({ row }) => row)).join("\n");
}

const found = (text: string, secrets: string[]) => secrets.filter((secret) => text.includes(secret));

it("checks 34 and 98: nothing of a password but its hash, and nothing of a token or the secret, is in the database or the log", async () => {
  const email = newAddress();
  const name = "Ann Geheim";
  const passwords = {
    right: "violin harbour 47",
    wrong: "violin harbour 48",
    long: "v".repeat(80),
    nul: "harp\0sichord!",
  };
  const first = await signup(server, { email, password: passwords.right, name });
  const second = await login(server, { email, password: passwords.right });
  await login(server, { email, password: passwords.wrong });
  await login(server, { email, password: passwords.long });
  await signup(server, { email, password: passwords.wrong });
  await signup(server, { email: newAddress(), password: passwords.long });
  await signup(server, { email: newAddress(), password: passwords.nul });
  await server.graphql.data("{ viewer { email } }", {}, second.accessToken);
  await server.graphql.send("{ viewer { email } }", {}, `${second.accessToken}x`);
  await server.graphql.send(signupDocument, {
    input: { email, password: passwords.wrong, role: passwords.right },
  });
  await server.graphql.send(
    `mutation { login(input: { email: "${email}", password: "${passwords.right}" }) { nope } }`,
  );
  await fetch(`${server.url}/graphql?access_token=${first.accessToken}&query={viewer{email}}`);
  await fetch(`${server.url}/${email}?password=${passwords.right}`);

  const tokens = [first.accessToken, second.accessToken].flatMap((token) => [
    token,
    ...token.split(".").slice(1),
  ]);
  const secrets = [...Object.values(passwords), "violin", "harp", ...tokens, jwtSecret];
  const database = await dump();
  expect(database).toContain(email);
  expect(database).toMatch(/\$2b\$04\$/);
  expect(found(database, secrets)).toEqual([]);
  const hashes = database.match(/\$2b\$04\$[./A-Za-z0-9]{53}/g) ?? [];
  expect(hashes).toHaveLength(2);

  const log = server.logged();
  expect(log).toContain('"msg":"request"');
  expect(found(log, [...secrets, ...hashes, name, "$2b$"])).toEqual([]);
  expect(
    log.split("\n").filter((line) => line.includes(email) && !line.includes(`"path":"/${email}"`)),
  ).toEqual([]);
});

/** The lines of the log that tell of one thing, from here on. */
function linesSince(start: number): Record<string, unknown>[] {
  const lines = server.logged().slice(start).trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

it("check 98: what happens to accounts is logged, with time, request, who and from where", async () => {
  const start = server.logged().length;
  const person = await signUp(server);
  await login(server, { email: person.email, password: "not the right one" });
  const { refreshToken } = await logIn(server, person);
  for (let n = 0; n < 2; n++) await refresh(server, refreshToken);
  const lines = linesSince(start).filter(({ msg }) => msg === "account");
  expect(lines.map(({ event }) => event)).toEqual(["signed up", "login failed", "logged in"]);
  const requests = linesSince(start).filter(({ msg }) => msg === "request");
  for (const line of lines) {
    expect(line).toMatchObject({ time: expect.stringMatching(/Z$/), address: "127.0.0.1" });
    expect(line.user).toEqual(expect.stringMatching(/^[\da-f-]{36}$/));
    expect(requests.map(({ id }) => id)).toContain(line.id);
    if (line.event !== "login failed") expect(line.session).toEqual(expect.stringMatching(/^[\da-f-]{36}$/));
  }
});

it("check 98: who is refused is logged, with time, request and from where", async () => {
  const person = await signUp(server);
  const { secret } = await createToken(person, ["ACCOUNT_READ"]);
  const start = server.logged().length;
  const answers = [
    await server.graphql.send("{ tasks { totalCount } }"),
    await server.graphql.send("{ viewer { id } }", {}, `${person.token}x`),
    await server.graphql.send("{ tasks { totalCount } }", {}, secret),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 403]);
  await expect.poll(() => linesSince(start).filter(({ msg }) => msg === "request")).toHaveLength(3);
  const lines = linesSince(start).filter(({ msg }) => msg === "request");
  lines.forEach((line, index) => {
    expect(line).toMatchObject({
      time: expect.stringMatching(/Z$/),
      id: answers[index]?.headers.get("x-request-id"),
      status: answers[index]?.status,
      address: "127.0.0.1",
    });
  });
  expect(lines[2]?.user).toEqual(expect.stringMatching(/^[\da-f-]{36}$/));
});

it("check 98: what people write into an address can't write lines of its own into the log", async () => {
  const forged = 'eve@example.com\r\n{"level":30,"msg":"all is well"}';
  await signup(server, { email: forged, password: "violin harbour 47" });
  await login(server, { email: forged, password: "violin harbour 47" });
  await server.graphql.send(loginDocument, { input: { email: forged } });
  const lines = server.logged().trim().split("\n");
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  expect(server.logged()).not.toContain("all is well");
});

it("an error that nobody expected tells the caller nothing, and the log nothing that users wrote", async () => {
  // A rule of the database that the code does not know of: PostgreSQL's own message then quotes the whole row.
  await server.admin.query("ALTER TABLE users ADD CONSTRAINT no_mallory CHECK (name <> 'Mallory') NOT VALID");
  const email = newAddress();
  const input = { email, password: "violin harbour 47", name: "Mallory" };
  const { status, errors, text } = await server.graphql.send(signupDocument, { input });
  expect([status, errors?.[0]?.extensions.code, errors?.[0]?.message]).toEqual([
    500,
    "INTERNAL_SERVER_ERROR",
    "Unexpected error.",
  ]);
  expect(findLeaks(text)).toEqual([]);

  const line =
    server
      .logged()
      .split("\n")
      .find((entry) => entry.includes("unexpected error")) ?? "{}";
  expect(JSON.parse(line)).toMatchObject({ id: errors?.[0]?.extensions.requestId, path: "signup" });
  expect(JSON.parse(line).err).toMatchObject({ sqlState: "23514", stack: expect.stringContaining("signup") });
  expect(found(line, [email, "Mallory", "$2b$", "violin"])).toEqual([]);
});

describe("a secret that is rotated", () => {
  const [old, current, older] = ["o", "c", "p"].map((letter) => letter.repeat(40)) as [
    string,
    string,
    string,
  ];

  /** Asks who is signed in, of a server with these secrets and the same database. */
  async function ask(jwtSecret: string, jwtSecretPrevious: string | null, token: string) {
    const after = await startServer(
      { sessions: { jwtSecret, jwtSecretPrevious } },
      { ...database, drop: async () => {} },
    );
    const { status, headers } = await after.graphql.send("{ viewer { id } }", {}, token);
    const renewed = await signUp(after);
    await after.close();
    return { status, challenge: headers.get("www-authenticate"), token: renewed.token };
  }

  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it("is still good for the tokens that it signed, and signs no new ones", async () => {
    const before = await startServer({ sessions: { jwtSecret: old } }, { ...database, drop: async () => {} });
    const { token } = await signUp(before, "ann");
    await before.close();
    const rotated = await ask(current, old, token);
    expect(rotated.status).toBe(200);
    // Signed with the current secret: good where the old one is unknown.
    expect(await ask(current, null, rotated.token)).toMatchObject({ status: 200 });
    for (const previous of [null, older]) {
      expect(await ask(current, previous, token)).toMatchObject({
        status: 401,
        challenge: 'Bearer realm="ownlist", error="invalid_token"',
      });
    }
  });

  it("is no way around the other checks", () => {
    const at = (seconds: number) => new Date((1_790_000_000 + seconds) * 1000);
    const session = {
      userId: randomUUID(),
      email: "ann@example.com",
      sessionId: randomUUID(),
      generation: 0,
    };
    const long = createTokens(old, 7200).issue({ ...session, issuedAt: at(0), lifetime: 7200 });
    const short = createTokens(old, 3600).issue({ ...session, issuedAt: at(0), lifetime: 3600 });
    const tokens = createTokens(current, 3600, old);
    const verify = (token: string, seconds: number) => tokens.verify(`Bearer ${token}`, at(seconds));
    expect(verify(short, 3599)).toMatchObject({ userId: session.userId, sessionId: session.sessionId });
    expect(() => verify(short, 3600)).toThrow(Refusal);
    expect(() => verify(long, 1)).toThrow(Refusal);
    const [header, , signature] = short.split(".");
    const claims = Buffer.from(JSON.stringify({ sub: session.userId })).toString("base64url");
    expect(() => verify([header, claims, signature].join("."), 1)).toThrow(Refusal);
    for (const alg of ["HS512", "HS384"] as const) {
      const payload = jwt.decode(short) as object;
      const forged = jwt.sign(payload, old, { algorithm: alg, header: { alg, typ: "at+jwt" } });
      expect(() => verify(forged, 1)).toThrow(Refusal);
    }
  });
});
