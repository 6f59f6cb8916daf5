import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { decode } from "../auth/accounts.ts";
import { createToken, logIn, sendRefresh } from "../auth/tokens-api.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
let person: Person;
let other: Person;
let clock: number | null = null;
beforeAll(async () => {
  server = await startServer({ now: () => new Date(clock ?? Date.now()) });
  [person, other] = [await signUp(server), await signUp(server)];
});
afterAll(() => server.close());

type Session = {
  id: string;
  device: string | null;
  address: string;
  createdAt: string;
  lastSeenAt: string;
  isCurrent: boolean;
};

const listDocument = `query ($first: Int, $after: String) { sessions(first: $first, after: $after) {
  edges { node { id device address createdAt lastSeenAt isCurrent } } pageInfo { hasNextPage endCursor } } }`;

async function list(token: string): Promise<Session[]> {
  const { sessions } = await server.graphql.data(listDocument, {}, token);
  return sessions.edges.map(({ node }: { node: Session }) => node);
}

const statusOf = async (token: string) => (await server.graphql.send("{ viewer { id } }", {}, token)).status;
const logout = (token: string) => server.graphql.send("mutation { logout { signedOut } }", {}, token);
const revokeDocument = `mutation ($id: ID!) { revokeSession(input: { id: $id }) {
  ... on RevokeSessionPayload { revokedSessionId } ... on Error { __typename message } } }`;
const revoke = (token: string, id: string) => server.graphql.send(revokeDocument, { id }, token);

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";

describe("the sessions of a user", () => {
  it("are listed newest first with device, address and times, and say which one this is", async () => {
    const someone = await signUp(server);
    const login = `mutation { login(input: { email: "${someone.email}", password: "${password}" }) { ... on AuthPayload { accessToken } } }`;
    const { data } = await server.graphql.send(login, {}, undefined, { "User-Agent": firefox });
    const [newest, oldest, ...others] = await list(data.login.accessToken);
    expect(others).toEqual([]);
    expect(newest).toMatchObject({ device: "Firefox on Linux", address: "127.0.0.1", isCurrent: true });
    expect(oldest).toMatchObject({ isCurrent: false, address: "127.0.0.1" });
    expect((await list(someone.token)).map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    expect(Date.now() - Date.parse(newest?.lastSeenAt ?? "")).toBeLessThan(60_000);
  });

  it("have no device where the client names itself by nothing", async () => {
    const someone = await signUp(server);
    const login = `mutation { login(input: { email: "${someone.email}", password: "${password}" }) { ... on AuthPayload { accessToken } } }`;
    const { data } = await server.graphql.send(login, {}, undefined, { "User-Agent": "" });
    expect(await list(data.login.accessToken)).toMatchObject([{ device: null }, {}]);
  });

  it("are found by their ids, and not once they have expired", async () => {
    const someone = await signUp(server);
    const { accessToken: token } = await logIn(server, someone);
    const [newest, oldest] = await list(token);
    await server.admin.query("UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id = $1", [
      Buffer.from(oldest?.id ?? "", "base64")
        .toString()
        .split(":")[1],
    ]);
    const ids = [oldest?.id, newest?.id];
    const query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    expect((await server.graphql.data(query, { ids }, token)).nodes).toEqual([null, { id: newest?.id }]);
  });

  it("are a connection, a page at a time", async () => {
    const someone = await signUp(server);
    for (let n = 0; n < 2; n++) await logIn(server, someone);
    const first = (await someone.data(listDocument, { first: 2 })).sessions;
    const second = (await someone.data(listDocument, { first: 2, after: first.pageInfo.endCursor })).sessions;
    expect([first.edges.length, first.pageInfo.hasNextPage]).toEqual([2, true]);
    expect([second.edges.length, second.pageInfo.hasNextPage]).toEqual([1, false]);
  });

  it("say when they were used, five minutes behind at most, which makes no change of anything else", async () => {
    const someone = await signUp(server);
    const [{ lastSeenAt: before } = { lastSeenAt: "" }] = await list(someone.token);
    const seqOf = async () =>
      (await server.admin.query("SELECT seq FROM users WHERE email = $1", [someone.email])).rows[0].seq;
    const seq = await seqOf();
    clock = Date.now() + 6 * 60_000;
    await someone.data("{ viewer { id } }");
    await vi.waitFor(async () => {
      const [session] = await list(someone.token);
      expect(Date.parse(session?.lastSeenAt ?? "") - Date.parse(before)).toBeGreaterThan(5 * 60_000);
    }, 10_000);
    clock = null;
    expect(await seqOf()).toBe(seq);
  });

  it("don't cost a statement more when they were used within five minutes", async () => {
    await person.data("{ viewer { id } }");
    expect(await server.statements(() => person.data("{ viewer { id } }"))).toHaveLength(1);
  });
});

describe("check 29: a logout", () => {
  it("ends the session's access and refresh tokens at the very next request, and no other session's", async () => {
    const tokens = await logIn(server, person);
    expect((await logout(tokens.accessToken)).data.logout).toEqual({ signedOut: true });
    expect(await statusOf(tokens.accessToken)).toBe(401);
    expect((await sendRefresh(server, tokens.refreshToken)).status).toBe(401);
    expect(await statusOf(person.token)).toBe(200);
  });

  it("by refresh token ends the session just the same, and says the same of one that is none", async () => {
    const tokens = await logIn(server, person);
    const document = "mutation ($t: String!) { logout(input: { refreshToken: $t }) { signedOut } }";
    const answers = [];
    for (const t of [tokens.refreshToken, tokens.refreshToken, "garbage"])
      answers.push((await server.graphql.send(document, { t })).text);
    expect(new Set(answers)).toEqual(new Set(['{"data":{"logout":{"signedOut":true}}}']));
    expect(await statusOf(tokens.accessToken)).toBe(401);
  });

  it("a second time answers what it answers a token that never was", async () => {
    const { accessToken } = await logIn(server, person);
    await logout(accessToken);
    const [again, garbage] = [await logout(accessToken), await logout("a.b.c")];
    expect([again.status, again.text]).toEqual([401, garbage.text]);
    expect(garbage.status).toBe(401);
  });
});

describe("check 30: revoking", () => {
  it("one session ends its tokens at once", async () => {
    const tokens = await logIn(server, person);
    const [newest] = await list(person.token);
    const answer = await revoke(person.token, newest?.id ?? "");
    expect(answer.data.revokeSession).toEqual({ revokedSessionId: newest?.id });
    expect(await statusOf(tokens.accessToken)).toBe(401);
    expect((await sendRefresh(server, tokens.refreshToken)).status).toBe(401);
    expect(await statusOf(person.token)).toBe(200);
    const again = await revoke(person.token, newest?.id ?? "");
    expect(again.data.revokeSession.__typename).toBe("NotFoundError");
  });

  it("another user's session finds none, byte for byte as with an id that nobody has", async () => {
    const [session] = await list(other.token);
    const random = Buffer.from("Session:01890000-0000-7000-8000-000000000000").toString("base64");
    const [theirs, nobodys] = [
      await revoke(person.token, session?.id ?? ""),
      await revoke(person.token, random),
    ];
    expect(theirs.text).toBe(nobodys.text);
    expect(theirs.data.revokeSession.__typename).toBe("NotFoundError");
    expect(await statusOf(other.token)).toBe(200);
  });

  it("all others ends every one but this", async () => {
    const someone = await signUp(server);
    const others = [await logIn(server, someone), await logIn(server, someone)];
    const { revokeOtherSessions } = await someone.data("mutation { revokeOtherSessions { revokedCount } }");
    expect(revokeOtherSessions).toEqual({ revokedCount: 2 });
    for (const { accessToken } of others) expect(await statusOf(accessToken)).toBe(401);
    expect(await list(someone.token)).toHaveLength(1);
    expect(decode(someone.token).payload.sid).toBeTruthy();
  });

  it("is not for personal tokens, which don't see sessions either", async () => {
    const { secret } = await createToken(person, ["TASKS_READ", "TASKS_WRITE", "ACCOUNT_READ"]);
    for (const document of [
      listDocument,
      "mutation { revokeOtherSessions { revokedCount } }",
      "mutation { logout { signedOut } }",
    ]) {
      const answer = await server.graphql.send(document, {}, secret);
      expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
    }
  });
});

describe("the security log", () => {
  it("tells its owner of logins, failures and endings, with time, address and device", async () => {
    const someone = await signUp(server);
    const wrong = `mutation { login(input: { email: "${someone.email}", password: "not the password" }) { __typename } }`;
    await server.graphql.send(wrong, {}, undefined, { "User-Agent": firefox });
    const { accessToken } = await logIn(server, someone);
    await logout(accessToken);
    const document =
      "{ securityEvents { edges { node { id kind at address device } } pageInfo { hasNextPage } } }";
    type Event = { kind: string; at: string; address: string; device: string | null };
    const read = async (): Promise<Event[]> =>
      (await someone.data(document)).securityEvents.edges.map(({ node }: { node: Event }) => node);
    await vi.waitFor(async () => expect(await read()).toHaveLength(4), 10_000);
    const events = await read();
    expect(events.map(({ kind }) => kind).sort()).toEqual([
      "SIGNED_IN",
      "SIGNED_OUT",
      "SIGNED_UP",
      "SIGN_IN_FAILED",
    ]);
    const failed = events.find(({ kind }) => kind === "SIGN_IN_FAILED");
    expect(failed).toMatchObject({ address: "127.0.0.1", device: "Firefox on Linux" });
    expect(Date.now() - Date.parse(failed?.at ?? "")).toBeLessThan(60_000);
    const { secret } = await createToken(someone, ["ACCOUNT_READ"]);
    expect((await server.graphql.send(document, {}, secret)).status).toBe(403);
  });
});
