import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createDatabase } from "../helpers/database.ts";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { decode, login, newAddress, signup } from "./accounts.ts";

const day = 24 * 60 * 60 * 1000;

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const ask = (token: string) => server.graphql.send("{ viewer { id } }", {}, token);

async function expectEnded(token: string): Promise<void> {
  const { status, headers, errors } = await ask(token);
  expect([status, errors?.[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
  expect(headers.get("www-authenticate")).toBe('Bearer realm="ownlist", error="invalid_token"');
}

describe("a token is worth nothing at the very next request when", () => {
  it("its session has ended, while the account's other sessions go on", async () => {
    const email = newAddress();
    const first = await signup(server, { email, password });
    const second = await login(server, { email, password });
    expect((await ask(first.accessToken)).status).toBe(200);
    await server.admin.query("DELETE FROM sessions WHERE id = $1", [decode(first.accessToken).payload.sid]);
    await expectEnded(first.accessToken);
    expect((await ask(second.accessToken)).status).toBe(200);
  });

  it("its session's time in the database is over, whatever the token says", async () => {
    const { token } = await signUp(server);
    await server.admin.query("UPDATE sessions SET expires_at = now() WHERE id = $1", [
      decode(token).payload.sid,
    ]);
    await expectEnded(token);
  });

  it("its account is gone, for good: the next owner of the address gets an account of their own", async () => {
    const email = newAddress();
    const old = await signup(server, { email, password });
    expect((await ask(old.accessToken)).status).toBe(200);
    await server.admin.query("DELETE FROM users WHERE email = $1", [email]);
    await expectEnded(old.accessToken);

    const next = await signup(server, { email, password });
    expect(next.user.id).not.toBe(old.user.id);
    await expectEnded(old.accessToken);
    expect((await ask(next.accessToken)).status).toBe(200);
  });

  it("the server's secret has changed", async () => {
    const database = await createDatabase();
    const shared = { ...database, drop: async () => {} };
    const before = await startServer({}, shared);
    const { token } = await signUp(before);
    await before.close();
    const after = await startServer(
      { sessions: { jwtSecret: "another-hmac-key-for-tests-of-more-than-32-bytes" } },
      shared,
    );
    expect((await after.graphql.send("{ viewer { id } }", {}, token)).status).toBe(401);
    await after.close();
    await database.drop();
  });
});

it("a token outlives a restart of the server", async () => {
  const database = await createDatabase();
  const shared = { ...database, drop: async () => {} };
  const before = await startServer({}, shared);
  const { token, id } = await signUp(before);
  await before.close();
  const after = await startServer({}, shared);
  expect((await after.graphql.data("{ viewer { id } }", {}, token)).viewer).toEqual({ id });
  await after.close();
  await database.drop();
});

it("who asks is found in one query, however much is asked", async () => {
  const ann = await signUp(server);
  const statements = await server.statements(() => ann.data("{ viewer { id email name createdAt } }"));
  expect(statements).toHaveLength(1);
  expect(statements[0]).toMatch(/FROM public.sessions JOIN public.users/);

  const id = await ann.addTask({ title: "x" });
  const all = await server.statements(() =>
    ann.data(
      "query ($ids: [ID!]!, $id: ID!) { viewer { name } again: viewer { email } nodes(ids: $ids) { id } node(id: $id) { id } tasks { totalCount } }",
      { ids: [ann.id, id], id: ann.id },
    ),
  );
  expect(all.filter((text) => /\b(sessions|users)\b/.test(text))).toEqual(statements);
  const refused = await server.statements(() =>
    server.graphql.send("{ viewer { id } }", {}, `${ann.token}x`),
  );
  expect(refused).toEqual([]);
});

it("nobody's id is another's: a user is found by their own token alone", async () => {
  const [ann, bob] = [await signUp(server, "ann"), await signUp(server, "bob")];
  const query = "query ($id: ID!) { node(id: $id) { id ... on User { email } } }";
  expect((await ann.data(query, { id: ann.id })).node).toEqual({ id: ann.id, email: ann.email });
  expect((await bob.data(query, { id: ann.id })).node).toBeNull();
  expect((await server.graphql.send(query, { id: ann.id })).status).toBe(401);
});

it("sessions are removed when their time is over, and no sooner", async () => {
  const database = await createDatabase();
  const shared = { ...database, drop: async () => {} };
  const start = new Date();
  const first = await startServer({ now: () => start }, shared);
  const { email } = await signUp(first);
  await first.close();

  const later = new Date(start.getTime() + day);
  const second = await startServer({ now: () => later, runsHousekeeping: true }, shared);
  const { accessToken } = await login(second, { email, password });
  await vi.waitUntil(() => second.logged().includes("removed what had expired"), 10_000);
  expect((await second.admin.query("SELECT FROM sessions")).rowCount).toBe(2);
  await second.close();

  const last = new Date(start.getTime() + 30 * day + 1000);
  const third = await startServer({ now: () => last, runsHousekeeping: true }, shared);
  await vi.waitUntil(() => third.logged().includes("removed what had expired"), 10_000);
  const { rows } = await third.admin.query("SELECT id FROM sessions");
  expect(rows).toEqual([{ id: decode(accessToken).payload.sid }]);
  expect((await third.admin.query("SELECT FROM users")).rowCount).toBe(1);
  await third.close();
  await database.drop();
});
