import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { installationId, startServer, type TestServer } from "../helpers/server.ts";
import { logIn } from "./tokens-api.ts";

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startServer({ http: { trustProxy: ["127.0.0.1"] } });
  person = await signUp(server);
});
afterAll(() => server.close());

const shortId = installationId.replace("-", "").slice(0, 12);
const plainName = `ownlist-refresh-${shortId}`;
const secureName = `__Host-${plainName}`;

const fields = "accessToken refreshToken";
const loginDocument = `mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { ${fields} } } }`;
const refreshDocument = `mutation { refresh { ${fields} } }`;
const logoutDocument = "mutation { logout { signedOut } }";

type Headers = Record<string, string>;

const logInWith = (headers: Headers = {}, more: object = {}) =>
  server.graphql.send(
    loginDocument,
    { input: { email: person.email, password, ...more } },
    undefined,
    headers,
  );

const cookieOf = ({ headers }: Answer) => headers.getSetCookie();

/** What a browser would send back. */
async function cookie(headers?: Headers): Promise<string> {
  const [line = ""] = cookieOf(await logInWith(headers));
  return line.split(";")[0] ?? "";
}

const send = (document: string, headers: Headers) => server.graphql.send(document, {}, undefined, headers);
const ours = () => ({ Origin: server.url, "Sec-Fetch-Site": "same-origin" });

describe("check 74: the refresh cookie", () => {
  it("is of this host alone, over TLS alone, and out of every script's reach", async () => {
    for (const headers of [
      { "X-Forwarded-Proto": "https" },
      { Origin: server.url.replace("http", "https") },
    ]) {
      const answer = await logInWith(headers as Headers);
      const [line = "", ...others] = cookieOf(answer);
      expect(others).toEqual([]);
      expect(line).toMatch(
        /^__Host-ownlist-refresh-5eed01234567=ownlist_rt_[\w-]+; Path=\/; Max-Age=(2592000|25919\d\d); HttpOnly; SameSite=Strict; Secure$/,
      );
      expect(line.length).toBeLessThan(4096);
      const [, value = "?"] = /=([^;]+)/.exec(line) ?? [];
      expect(answer.text).not.toContain(value);
      expect(answer.data.login.refreshToken).toBeNull();
    }
  });

  it("has a name without the prefix where there is no TLS, as on localhost", async () => {
    const [line = ""] = cookieOf(await logInWith());
    expect(line).toMatch(
      /^ownlist-refresh-5eed01234567=ownlist_rt_[\w-]+; Path=\/; Max-Age=(2592000|25919\d\d); HttpOnly; SameSite=Strict$/,
    );
  });

  it("is not set for those who want the token in the answer", async () => {
    const answer = await logInWith({}, { returnRefreshToken: true });
    expect(cookieOf(answer)).toEqual([]);
    expect(answer.data.login.refreshToken).toMatch(/^ownlist_rt_/);
  });

  it("is replaced by a refresh, which leaves the token out of its answer", async () => {
    const before = await cookie();
    const answer = await send(refreshDocument, { Cookie: before, ...ours() });
    const [line = ""] = cookieOf(answer);
    expect(line.startsWith(`${plainName}=ownlist_rt_`)).toBe(true);
    expect(line).not.toContain(before);
    expect(answer.data.refresh).toMatchObject({ refreshToken: null });
    expect(answer.data.refresh.accessToken).toBeTruthy();
  });

  it("is taken back by a logout with the attributes that it was set with", async () => {
    const headers = { ...ours(), Origin: server.url.replace("http", "https") };
    const answer = await send(logoutDocument, { Cookie: await cookie(headers), ...headers });
    expect(answer.data.logout).toEqual({ signedOut: true });
    expect(cookieOf(answer)).toEqual([
      `${secureName}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure`,
    ]);
  });

  it("is taken back when it can't be used any more", async () => {
    const spent = await cookie();
    await send(logoutDocument, { Cookie: spent, ...ours() });
    const answer = await send(refreshDocument, { Cookie: spent, ...ours() });
    expect(answer.status).toBe(401);
    expect(cookieOf(answer)).toEqual([`${plainName}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`]);
  });
});

describe("check 71: what the cookie can do is not done for a page of another site", () => {
  const cases: [string, Headers][] = [
    ["another origin", { Origin: "https://evil.test" }],
    ["no origin", { Origin: "null" }],
    ["what is no origin", { Origin: "evil" }],
    ["another port", { Origin: "http://127.0.0.1:1" }],
    ["Sec-Fetch-Site: cross-site", { "Sec-Fetch-Site": "cross-site" }],
    ["Sec-Fetch-Site: same-site", { "Sec-Fetch-Site": "same-site" }],
    ["neither header", {}],
    [
      "another origin with the header of ours",
      { Origin: "https://evil.test", "GraphQL-Require-Preflight": "1" },
    ],
  ];
  it.each(cases)("with %s", async (_case, headers) => {
    const kept = await cookie();
    for (const document of [refreshDocument, logoutDocument]) {
      const answer = await send(document, { Cookie: kept, ...headers });
      expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([403, "CSRF"]);
      expect(cookieOf(answer)).toEqual([]);
    }
    const answer = await send(refreshDocument, { Cookie: kept, ...ours() });
    expect(answer.data.refresh.accessToken).toBeTruthy();
  });

  it("but for a client that is no browser and says so with the header", async () => {
    const answer = await send(refreshDocument, { Cookie: await cookie(), "GraphQL-Require-Preflight": "1" });
    expect(answer.data.refresh.accessToken).toBeTruthy();
  });
});

describe("check 20: credentials sent two ways", () => {
  it("are refused where they are of two sessions, and taken where they are of one", async () => {
    const kept = await cookie();
    const { data } = await send(refreshDocument, { Cookie: kept, ...ours() });
    const own = await server.graphql.send("{ viewer { id } }", {}, data.refresh.accessToken, {
      Cookie: kept,
    });
    expect(own.status).toBe(200);
    const other = await logIn(server, person);
    const answer = await server.graphql.send("{ viewer { id } }", {}, other.accessToken, { Cookie: kept });
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([400, "BAD_REQUEST"]);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="ownlist", error="invalid_request"');
    const both = await server.graphql.send(
      `mutation ($t: String!) { refresh(input: { refreshToken: $t }) { ${fields} } }`,
      { t: other.refreshToken },
      undefined,
      { Cookie: kept, ...ours() },
    );
    expect([both.status, both.errors?.[0]?.extensions.code]).toEqual([400, "BAD_REQUEST"]);
  });

  it("count for nothing when the cookie is no token of ours", async () => {
    const headers = { Cookie: `${plainName}=abc; theme=dark; ${secureName}=ownlist_rt_x` };
    const answer = await server.graphql.send("{ viewer { id } }", {}, person.token, headers);
    expect(answer.status).toBe(200);
  });
});
