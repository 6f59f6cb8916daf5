import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { rawPost, sendRaw } from "../http/front-server.ts";
import { decode, login, newAddress, signup } from "./accounts.ts";

const week = 7 * 24 * 60 * 60;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

let clock: Date;
let server: TestServer;
let ann: Person;

beforeAll(async () => {
  clock = new Date("2026-11-21T09:30:00.789Z");
  server = await startServer({ now: () => clock });
  ann = await signUp(server);
});
afterAll(() => server.close());

const statusWith = async (token: string) =>
  (await server.graphql.send("{ viewer { id } }", {}, token)).status;

describe("check 22: an issued token", () => {
  it("says what it has to and nothing else", async () => {
    const email = newAddress();
    const { accessToken, user } = await signup(server, { email, password });
    const { header, payload } = decode(accessToken);
    expect(header).toEqual({ alg: "HS256", typ: "at+jwt" });
    const id = Buffer.from(user.id, "base64").toString().replace("User:", "");
    expect(payload).toEqual({
      iss: "ownlist",
      aud: "ownlist",
      sub: id,
      email,
      sid: expect.stringMatching(uuid),
      jti: expect.stringMatching(uuid),
      iat: Math.floor(clock.getTime() / 1000),
      exp: Math.floor(clock.getTime() / 1000) + week,
    });
  });

  it("ends when expiresAt says so, after seven days", async () => {
    const email = newAddress();
    for (const outcome of [
      await signup(server, { email, password }),
      await login(server, { email, password }),
    ]) {
      const { payload } = decode(outcome.accessToken);
      expect(outcome.expiresAt).toBe(new Date(payload.exp * 1000).toISOString());
      expect(payload.exp - payload.iat).toBe(week);
      expect(outcome.tokenType).toBe("bearer");
    }
  });

  it("lasts as long as the server was told", async () => {
    const short = await startServer({ sessions: { jwtExpiresIn: 90 } });
    try {
      const { payload } = decode((await signup(short, { email: newAddress(), password })).accessToken);
      expect(payload.exp - payload.iat).toBe(90);
    } finally {
      await short.close();
    }
  });

  it("is valid up to its last second and not in the one after, and so is its session", async () => {
    const { accessToken, expiresAt } = await signup(server, { email: newAddress(), password });
    const issued = clock;
    try {
      clock = new Date(Date.parse(expiresAt) - 1);
      expect(await statusWith(accessToken)).toBe(200);
      clock = new Date(expiresAt);
      expect(await statusWith(accessToken)).toBe(401);
    } finally {
      clock = issued;
    }
  });

  it("may come from a clock that was ahead by a minute or two, and by no more", async () => {
    const { accessToken } = await signup(server, { email: newAddress(), password });
    const issued = clock;
    try {
      for (const seconds of [4, 60, 119]) {
        clock = new Date(issued.getTime() - seconds * 1000);
        expect(await statusWith(accessToken)).toBe(200);
      }
      clock = new Date(issued.getTime() - 125_000);
      expect(await statusWith(accessToken)).toBe(401);
    } finally {
      clock = issued;
    }
  });
});

describe("check 20: the Authorization header", () => {
  const send = (authorization: string, query = "{ viewer { id } }") =>
    server.graphql.send(query, {}, undefined, { Authorization: authorization });

  it.each(["Bearer", "bearer", "BEARER", "bEaReR"])("takes the scheme as %s", async (scheme) => {
    expect((await send(`${scheme} ${ann.token}`)).data).toEqual({ viewer: { id: ann.id } });
  });

  it("is the only place where a token counts", async () => {
    const { token } = ann;
    const body = JSON.stringify({ query: "{ viewer { id } }", extensions: { access_token: token } });
    const answer = await fetch(`${server.url}/graphql?access_token=${token}&token=${token}`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Cookie: `access_token=${token}`,
        "X-Access-Token": token,
      },
      body,
    });
    expect([answer.status, await answer.json()]).toEqual([200, { data: { viewer: null } }]);
  });

  it("may not be there twice, not even with the same token", async () => {
    const { port } = new URL(server.url);
    for (const second of [ann.token, "x"]) {
      const headers = `Authorization: Bearer ${ann.token}\r\nAuthorization: Bearer ${second}\r\nConnection: close\r\n`;
      const { status, text } = await sendRaw(Number(port), rawPost('{"query":"{ viewer { id } }"}', headers));
      expect(status).toBe(400);
      expect(text).toMatch(/www-authenticate: Bearer realm="ownlist", error="invalid_request"/i);
      expect(text).not.toContain(ann.id);
    }
  });

  it.each([
    ["a line break behind the token", "\n"],
    ["a carriage return behind the token", "\r"],
    ["a NUL behind the token", "\0"],
    ["a second line", "\r\n x"],
  ])("with %s gets nothing", async (_what, tail) => {
    const { port } = new URL(server.url);
    const headers = `Authorization: Bearer ${ann.token}${tail}\r\nConnection: close\r\n`;
    const { status, text } = await sendRaw(Number(port), rawPost('{"query":"{ viewer { id } }"}', headers));
    expect([400, 401]).toContain(status);
    expect(text).not.toContain(ann.id);
  });

  it("left out is a challenge without an error where somebody is needed, and no harm where nobody is", async () => {
    const refused = await server.graphql.send("{ tasks { totalCount } }");
    expect([refused.status, refused.errors?.[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
    expect(refused.headers.get("www-authenticate")).toBe('Bearer realm="ownlist"');
    const viewer = await server.graphql.send("{ viewer { id } }");
    expect([viewer.status, viewer.data]).toEqual([200, { viewer: null }]);
    expect(viewer.headers.has("www-authenticate")).toBe(false);
  });
});
