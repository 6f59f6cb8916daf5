import { afterAll, beforeAll, expect, it } from "vitest";
import { findLeaks } from "../helpers/leaks.ts";
import { jwtSecret, startServer, type TestServer } from "../helpers/server.ts";
import { login, loginDocument, newAddress, signup, signupDocument } from "./accounts.ts";

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

it("nothing of a password but its hash, and nothing of a token or the secret, is in the database or the log", async () => {
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

it("what people write into an address can't write lines of its own into the log", async () => {
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
