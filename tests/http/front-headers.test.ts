import { afterEach, describe, expect, it } from "vitest";
import { missingSecurityHeaders, rawPost, sendRaw, startFront, type TestFront } from "./front-server.ts";

let front: TestFront;
afterEach(() => front.close());

const query = '{"query":"{ echo(text: \\"private\\") }"}';

/** The headers of an answer as it went over the wire. */
function headersOf(text: string): Headers {
  const lines = (text.split("\r\n\r\n")[0] ?? "").split("\r\n").slice(1);
  return new Headers(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
}

/** The directives of an answer's content security policy. */
function policyOf({ status, headers }: Response) {
  const directives = (headers.get("content-security-policy") ?? "").split("; ");
  return { status, policy: Object.fromEntries(directives.map((each) => each.split(/ (.*)/).slice(0, 2))) };
}

/** What an answer says of TLS, to a request with these headers. */
async function hstsAt(headers: Record<string, string>): Promise<string | null> {
  const lines = Object.entries({ ...headers, Connection: "close" }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const { text } = await sendRaw(front.port, `GET /live HTTP/1.1\r\n${lines.join("")}\r\n`);
  return headersOf(text).get("strict-transport-security");
}

const page = { Accept: "text/html" };
const evil = { Origin: "https://evil.test", "Access-Control-Request-Method": "POST" };

describe("checks 75 and 76: the security headers", () => {
  it("are on every answer of the API and of the server itself, which nobody may keep", async () => {
    front = await startFront();
    const responses = await Promise.all([
      front.post(query, evil),
      front.post(query, { "Sec-Fetch-Site": "cross-site" }),
      front.post(query, { "Content-Type": "text/plain" }),
      front.post("[]", { Origin: "null" }),
      front.post('{"query":"{ fails }"}'),
      front.post("x".repeat(200_000)),
      ...["/", "/x.css", "/live", "/ready", "/graphql", "/graphql?query={echo}"].flatMap((path) => [
        fetch(`${front.url}${path}`, { headers: evil }),
        fetch(`${front.url}${path}`),
        fetch(`${front.url}${path}`, { method: "OPTIONS", headers: evil }),
      ]),
    ]);
    const statuses = new Set(responses.map(({ status }) => status));
    expect(statuses).toEqual(new Set([200, 400, 403, 404, 405, 413, 415]));
    for (const response of responses) {
      expect(missingSecurityHeaders(response.headers), `${response.status} ${response.url}`).toEqual([]);
      expect(response.headers.get("strict-transport-security")).toBeNull();
      expect(response.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
  });

  it("are on the answers of a server that is broken or not ready", async () => {
    front = await startFront({
      isReady: async () => false,
      graphql: () => Promise.reject(new Error("broken")),
    });
    const responses = await Promise.all([front.post(query), fetch(`${front.url}/ready`)]);
    expect(responses.map(({ status }) => status)).toEqual([500, 503]);
    for (const { headers } of responses) {
      expect(missingSecurityHeaders(headers)).toEqual([]);
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  it("are on answers to what is no request", async () => {
    front = await startFront({ limits: { headersTimeout: 200, connectionsCheckingInterval: 50 } });
    const head = "GET /live HTTP/1.1\r\nHost: a\r\n";
    const answers = await Promise.all([
      sendRaw(front.port, "GET /live HTTP/1.1\r\nHost: a b\r\n\r\n"),
      sendRaw(front.port, "\x16\x03\x01"),
      sendRaw(front.port, head),
      sendRaw(front.port, `${head}Expect: miracles\r\nConnection: close\r\n\r\n`),
      sendRaw(front.port, `${head}X: ${"x".repeat(17_000)}\r\n\r\n`),
      sendRaw(front.port, `${head}${"a:\r\n".repeat(300)}Connection: close\r\n\r\n`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 408, 417, 431, 431]);
    for (const { text, status } of answers) {
      const headers = headersOf(text);
      expect(missingSecurityHeaders(headers), String(status)).toEqual([]);
      expect(headers.get("cache-control"), String(status)).toBe("no-store");
    }
  });

  it("allow inline styles on GraphiQL's page alone, and scripts nowhere", async () => {
    front = await startFront();
    const policyAt = async (path: string, headers = {}) => {
      const response = await fetch(front.url + path, { headers });
      expect(missingSecurityHeaders(response.headers)).toEqual([]);
      return { etag: response.headers.get("etag"), text: await response.text(), ...policyOf(response) };
    };
    const graphiql = await policyAt("/graphql", page);
    expect(graphiql.policy).toMatchObject({ "script-src": "'self'", "style-src": "'self' 'unsafe-inline'" });
    // The browser takes the policy of a 304 instead of the one that it has kept.
    const again = await policyAt("/graphql", { ...page, "If-None-Match": graphiql.etag });
    expect(again).toMatchObject({ status: 304, policy: graphiql.policy });
    const [script = ""] = /\/graphiql\/start[\w.]+js/.exec(graphiql.text) ?? [];
    for (const path of [script, "/live", "/", "/graphql?query={echo}"]) {
      expect((await policyAt(path)).policy).toMatchObject({ "script-src": "'self'", "style-src": "'self'" });
    }
  });

  it("tell browsers to keep to TLS where it is used", async () => {
    front = await startFront();
    front.server.prependListener("connection", (socket) => Object.assign(socket, { encrypted: true }));
    expect(await hstsAt({ Host: "tasks.example.com" })).toBe("max-age=31536000");
    expect(await hstsAt({ Host: "tasks.example.com:443" })).toBe("max-age=31536000");
  });

  it("say nothing for all ports of a host where TLS is on another than its own: others may have none", async () => {
    front = await startFront({ trustProxy: ["127.0.0.0/8"] });
    const tls = { "X-Forwarded-Proto": "https" };
    expect(await hstsAt({ ...tls, Host: "nas:8443" })).toBeNull();
    expect(await hstsAt({ ...tls, Host: "[fd00::1]:8443" })).toBeNull();
    expect(await hstsAt({ ...tls, Host: "inner:4000", "X-Forwarded-Host": "nas:8443" })).toBeNull();
    expect(await hstsAt({ ...tls, Host: "nas", "X-Forwarded-Port": "8443" })).toBeNull();
    const forwarded = { ...tls, Host: "inner:4000", "X-Forwarded-Host": "nas" };
    expect(await hstsAt(forwarded)).toBe("max-age=31536000");
    expect(await hstsAt({ ...forwarded, "X-Forwarded-Port": "443" })).toBe("max-age=31536000");
    expect(await hstsAt({ ...tls, Host: "[fd00::1]" })).toBe("max-age=31536000");
  });

  it("go by PUBLIC_URL where no proxy says anything", async () => {
    front = await startFront({ publicUrl: "https://tasks.example.com/tasks" });
    expect(await hstsAt({ Host: "tasks.example.com" })).toBe("max-age=31536000");
    expect(await hstsAt({ Host: "localhost:4000" })).toBeNull();
    await front.close();
    front = await startFront({ publicUrl: "https://tasks.example.com", trustProxy: ["127.0.0.0/8"] });
    expect(await hstsAt({ Host: "tasks.example.com", "X-Forwarded-Proto": "http" })).toBeNull();
    await front.close();
    front = await startFront({ publicUrl: "http://tasks.example.com" });
    expect(await hstsAt({ Host: "tasks.example.com" })).toBeNull();
  });

  it("don't believe just anybody that TLS is used", async () => {
    front = await startFront();
    const headers = {
      "X-Forwarded-Proto": "https",
      "X-Forwarded-For": "127.0.0.1",
      Forwarded: "proto=https",
    };
    const response = await fetch(`${front.url}/live`, { headers });
    expect(response.headers.get("strict-transport-security")).toBeNull();
  });

  it("believe a proxy that is trusted", async () => {
    front = await startFront({ trustProxy: ["127.0.0.0/8"] });
    const ask = (protocol: string) => hstsAt({ Host: "tasks.example.com", "X-Forwarded-Proto": protocol });
    expect(await ask("https")).toBe("max-age=31536000");
    expect(await ask("http")).toBeNull();
  });
});

it("no header is sent twice", async () => {
  front = await startFront();
  const { text } = await sendRaw(front.port, rawPost(query, "Connection: close\r\n"));
  const names = (text.split("\r\n\r\n")[0] ?? "")
    .split("\r\n")
    .slice(1)
    .map((line) => line.split(":")[0]?.toLowerCase());
  expect(names).toEqual([...new Set(names)]);
});

it("check 98: the log has one line a request, without what is nobody's business", async () => {
  front = await startFront();
  const response = await front.post(query, { Authorization: "Bearer private" });
  await fetch(`${front.url}/tasks?email=private`);
  await fetch(`${front.url}/graphql?query={echo}&access_token=private`);
  await expect.poll(() => front.lines()).toHaveLength(3);
  const [first, second] = front.lines();
  expect(first).toMatchObject({
    id: response.headers.get("x-request-id"),
    method: "POST",
    path: "/graphql",
    status: 200,
    user: "user-1",
    operation: "Op",
    msg: "request",
  });
  expect(first?.ms).toBeTypeOf("number");
  expect(second).toMatchObject({ path: "/tasks", status: 404 });
  expect(JSON.stringify(front.lines())).not.toContain("private");
});

it("check 98: the log says from where somebody came who was refused, and of nobody else", async () => {
  front = await startFront({ trustProxy: ["127.0.0.1"] });
  const from = { "X-Forwarded-For": "192.0.2.7" };
  await front.post(query, { ...from, "Sec-Fetch-Site": "cross-site" });
  await front.post(query, from);
  await expect.poll(() => front.lines()).toHaveLength(2);
  const [refused, served] = front.lines();
  expect(refused).toMatchObject({ status: 403, address: "192.0.2.7" });
  expect(served).toMatchObject({ status: 200 });
  expect(served).not.toHaveProperty("address");
});

it("the log says when the client went away", async () => {
  front = await startFront();
  const aborting = new AbortController();
  front.server.once("request", () => aborting.abort());
  const request = fetch(`${front.url}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: '{"query":"{ held }"}',
    signal: aborting.signal,
  });
  await expect(request).rejects.toThrow();
  await expect.poll(() => front.lines()).toMatchObject([{ path: "/graphql", aborted: true }]);
  front.release();
});

it("a request keeps the id that a proxy gave it, unless it is no plain id", async () => {
  front = await startFront();
  const idOf = async (id: string) =>
    (await fetch(`${front.url}/live`, { headers: { "X-Request-Id": id } })).headers.get("x-request-id");
  expect(await idOf("proxy-2026.11_21")).toBe("proxy-2026.11_21");
  for (const id of ["short", "with space in it", 'quo"ted-and-long', "x".repeat(65)]) {
    expect(await idOf(id)).toMatch(/^[\da-f-]{36}$/);
  }
});
