import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendAtHost } from "../helpers/at-host.ts";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

/** Where people are, whatever the proxy makes of it. */
const page = "https://tasks.example.com:8443";

let plain: TestServer;
let proxied: TestServer;
let published: TestServer;
const people = new Map<TestServer, Person>();

beforeAll(async () => {
  plain = await startServer();
  proxied = await startServer({ http: { trustProxy: ["127.0.0.1"] } });
  published = await startServer({ http: { publicUrl: `${page}/tasks` } });
  for (const server of [plain, proxied, published]) people.set(server, await signUp(server));
});
afterAll(async () => {
  for (const server of people.keys()) await server.close();
});

type Headers = Record<string, string>;

const loginDocument =
  "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken } } }";
const refreshDocument = "mutation { refresh { accessToken } }";
const logoutDocument = "mutation { logout { signedOut } }";

/** Signs in, reloads and signs out, as a page does, with the same headers each time. @returns what came of the last two */
async function visit(server: TestServer, headers: Headers) {
  const input = { email: people.get(server)?.email, password };
  const login = await sendAtHost(server.url, loginDocument, headers, { input });
  const jar = (answer: Answer) => (answer.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
  const refresh = await sendAtHost(server.url, refreshDocument, { ...headers, Cookie: jar(login) });
  const last = refresh.status === 200 ? jar(refresh) : jar(login);
  const logout = await sendAtHost(server.url, logoutDocument, { ...headers, Cookie: last });
  return { name: jar(login).split("=")[0], statuses: [refresh.status, logout.status], logout };
}

const host = "tasks.example.com";
const sameOrigin = { "Sec-Fetch-Site": "same-origin" };

describe("a page of the server's own is known for it", () => {
  const cases: [string, () => TestServer, Headers][] = [
    ["by the browser's word, where the Host has lost its port", () => plain, { Host: host, ...sameOrigin }],
    [
      "by the browser's word, where the Host is the upstream's",
      () => plain,
      { Host: "ownlist:4000", ...sameOrigin },
    ],
    ["by its Host", () => plain, { Host: `${host}:8443` }],
    ["by its Host, in any case", () => plain, { Host: `Tasks.Example.COM:8443` }],
    ["by what a named proxy says the Host was", () => proxied, { "X-Forwarded-Host": `${host}:8443` }],
    ["by the first of several such", () => proxied, { "X-Forwarded-Host": `${host}:8443, inner:80` }],
    [
      "by a port that a named proxy says by itself",
      () => proxied,
      { Host: host, "X-Forwarded-Port": "8443" },
    ],
    [
      "by a forwarded host and a port beside it",
      () => proxied,
      { "X-Forwarded-Host": host, "X-Forwarded-Port": "8443" },
    ],
    ["by PUBLIC_URL, whatever its path", () => published, { Host: "ownlist:4000" }],
  ];
  it.each(cases)("%s", async (_how, server, headers) => {
    const { name, statuses, logout } = await visit(server(), { Origin: page, ...headers });
    expect(statuses).toEqual([200, 200]);
    expect(name).toMatch(/^__Host-/);
    expect(logout.headers.getSetCookie()).toEqual([
      `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure`,
    ]);
  });

  it("without TLS, where browsers send no Fetch Metadata, and the port is the one that nobody names", async () => {
    for (const headers of [{ Host: "nas" }, { Host: "nas:80" }]) {
      const { name, statuses } = await visit(plain, { Origin: "http://nas", ...headers });
      expect(statuses).toEqual([200, 200]);
      expect(name).toMatch(/^ownlist-refresh-/);
    }
  });

  it("by the scheme that the browser names, whatever the proxy says of it", async () => {
    const headers = { Origin: "http://nas", "X-Forwarded-Host": "nas", "X-Forwarded-Proto": "https" };
    expect(await visit(proxied, headers)).toMatchObject({
      name: expect.stringMatching(/^ownlist-refresh-/),
      statuses: [200, 200],
    });
  });
});

describe("a page is refused", () => {
  const cases: [string, () => TestServer, Headers][] = [
    [
      "that says to be forwarded by a proxy that nobody named",
      () => plain,
      { "X-Forwarded-Host": `${host}:8443` },
    ],
    ["of another port", () => proxied, { "X-Forwarded-Host": `${host}:9443` }],
    [
      "of a host that a named proxy only passes on",
      () => proxied,
      { "X-Forwarded-Host": `inner, ${host}:8443` },
    ],
    ["where the proxy forwards what is no host", () => proxied, { "X-Forwarded-Host": `x@${host}:8443` }],
    ["of a server beside the public one", () => published, { Origin: "https://tasks.example.com" }],
    ["of the public host without TLS", () => published, { Origin: "http://tasks.example.com:8443" }],
    ["that is no web page", () => plain, { Origin: `app://${host}`, Host: host }],
    ["of the same site, its own host or not", () => published, { "Sec-Fetch-Site": "same-site" }],
    ["of another site, its own host or not", () => published, { "Sec-Fetch-Site": "cross-site" }],
  ];
  it.each(cases)("%s", async (_which, server, headers) => {
    const input = { email: people.get(server())?.email, password };
    const own = { ...sameOrigin, Origin: page };
    const login = await sendAtHost(server().url, loginDocument, own, { input });
    const Cookie = (login.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
    for (const document of [refreshDocument, logoutDocument]) {
      const answer = await sendAtHost(server().url, document, { Origin: page, ...headers, Cookie });
      expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([403, "CSRF"]);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect((await sendAtHost(server().url, refreshDocument, { ...own, Cookie })).status).toBe(200);
  });
});

it("the log says once what a proxy has to pass on, and no more of the request than its addresses", async () => {
  const server = await startServer();
  people.set(server, await signUp(server));
  const hints = () =>
    server
      .logged()
      .split("\n")
      .filter((line) => line.includes("PUBLIC_URL"));
  await visit(server, { Host: host, Origin: page, "Sec-Fetch-Site": "same-site" });
  expect(hints()).toEqual([]);
  for (const name of ["tasks", "x".repeat(2_000), "other"])
    await visit(server, { Host: "ownlist", Origin: `https://${name}.example.com` });
  const [hint = "{}", ...others] = hints();
  expect(others).toEqual([]);
  expect(JSON.parse(hint)).toMatchObject({ level: 40, origin: "https://tasks.example.com", host: "ownlist" });
  expect(hint).toMatch(/Host with its port.*X-Forwarded-Host.*TRUST_PROXY/);
});
