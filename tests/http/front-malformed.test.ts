import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { rawPost, sendRaw, startFront, type TestFront } from "./front-server.ts";

let front: TestFront;
beforeAll(async () => {
  front = await startFront();
});
afterAll(() => front.close());
// Whatever was sent, the next one is served.
afterEach(async () => {
  expect((await front.post('{"query":"{ echo }"}')).status).toBe(200);
});

const body = '{"query":"{ echo }"}';
const start = "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\n";

describe("check 66: framing that can be read in two ways is refused and the connection closed", () => {
  it.each([
    [
      "Content-Length and Transfer-Encoding",
      `${start}Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ["two Content-Lengths", `${start}Host: a\r\nContent-Length: 20\r\nContent-Length: 5\r\n\r\n${body}`],
    ["chunked, identity", `${start}Host: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ["a negative length", `${start}Host: a\r\nContent-Length: -1\r\n\r\n`],
    ["bare line feeds", "GET /live HTTP/1.1\nHost: a\n\n"],
    ["a space before the colon", `${start}Host : a\r\nContent-Length: 20\r\n\r\n${body}`],
    ["no Host", `${start}Content-Length: 20\r\n\r\n${body}`],
    ["two Hosts", `${start}Host: a\r\nHost: b\r\nContent-Length: 20\r\n\r\n${body}`],
    ["two Content-Types", `${start}Host: a\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n\r\n${body}`],
    ["a folded header", `${start}Host: a\r\nX-A: 1\r\n 2\r\nContent-Length: 20\r\n\r\n${body}`],
    ["NUL in a header", `${start}Host: a\r\nX-A: \0\r\n\r\n`],
    ["HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  ])("%s", async (_, bytes) => {
    const answer = await sendRaw(front.port, Buffer.from(bytes, "latin1"));
    expect(answer).toMatchObject({ status: 400, closed: true });
    expect(answer.text).toMatch(/Connection: close/);
    expect(answer.text).toMatch(/X-Content-Type-Options: nosniff/);
    expect(answer.text.endsWith("\r\n\r\n"), "the body is empty").toBe(true);
  });
});

describe("check 67: a Host that is no host is refused with an empty body", () => {
  it.each([
    "a b",
    "%%%",
    "[::1",
    "[::g]",
    "",
    "a:b",
    "a:99999",
    "a/b",
    "user@a",
    "a..b",
    "a,b",
    "\x80",
    "8 KB of a name",
  ])("%j", async (name) => {
    const host = name.startsWith("8 KB") ? "a".repeat(8_192) : name;
    for (const path of ["/graphql", "/", "/live"]) {
      const bytes = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, "latin1");
      const answer = await sendRaw(front.port, bytes);
      expect(answer).toMatchObject({ status: 400, closed: true });
      expect(answer.text.endsWith("\r\n\r\n")).toBe(true);
    }
  });

  it.each([
    "localhost",
    "tasks.example.org:4000",
    "127.0.0.1:80",
    "[::1]:4000",
    "my_host",
    "example.org.",
    "a:",
  ])("%s is one", async (host) => {
    const bytes = `GET /live HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    expect((await sendRaw(front.port, bytes)).status).toBe(200);
  });
});

describe("check 67: a target that is no path is refused", () => {
  it.each([
    "http://localhost/graphql",
    "http://[::1/graphql",
    "http://user:pass@evil.test/",
    "*",
    "graphql",
    "//evil.test/graphql",
    "/%00",
    "/..%2f..%2fetc/passwd",
    "/../package.json",
    "/assets/%2e%2e/x",
    "/a%5cb",
    "/a\\b",
    "/%zz",
    "/%ff",
    "/%",
    "/a#b",
    "/\xe9",
  ])("%j", async (target) => {
    const bytes = Buffer.from(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`, "latin1");
    expect((await sendRaw(front.port, bytes, { until: "\r\n\r\n" })).status).toBe(400);
  });
});

const large = (bytes: number) => JSON.stringify({ query: "{ echo }", variables: { x: "" } }).padEnd(bytes);

describe("check 64: a body that is too large is refused", () => {
  it("at one byte more than 100 KB, without being read", async () => {
    expect((await front.post(large(102_400))).status).toBe(200);
    const answer = await sendRaw(front.port, `${start}Host: a\r\nContent-Length: 102401\r\n\r\n`, {
      until: "REQUEST_ENTITY_TOO_LARGE",
    });
    expect(answer.status).toBe(413);
  });

  it("when it says nothing of its length, and the client can read why", async () => {
    const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
    const head = `${start}Host: a\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const answer = await sendRaw(front.port, head + chunk.repeat(7), { drip: chunk });
    expect(answer).toMatchObject({ status: 413, closed: true });
    expect(answer.text).toContain("REQUEST_ENTITY_TOO_LARGE");
    expect(answer.ms).toBeLessThan(3_000);
    const whole =
      head + large(102_400).replace(/.{1,25600}/g, (part) => `${part.length.toString(16)}\r\n${part}\r\n`);
    expect((await sendRaw(front.port, `${whole}0\r\n\r\n`, { until: '"data"' })).status).toBe(200);
  });
});

describe("check 68: a head that is too large is refused", () => {
  it.each([
    ["a header of 17 KB", `GET /live HTTP/1.1\r\nHost: a\r\nX-A: ${"a".repeat(17_000)}\r\n\r\n`],
    ["an address of 17 KB", `GET /${"a".repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ["3,000 headers", `GET /live HTTP/1.1\r\nHost: a\r\n${"a:\r\n".repeat(3_000)}\r\n`],
  ])("%s", async (_, bytes) => {
    const answer = await sendRaw(front.port, bytes, { until: "\r\n\r\n" });
    expect(answer.status).toBe(431);
  });
});

describe("Expect", () => {
  it("100-continue is answered when the body is wanted", async () => {
    const head = rawPost("", "Expect: 100-continue\r\n").replace("Content-Length: 0", "Content-Length: 20");
    const answer = await sendRaw(front.port, head, { until: /100 Continue/ });
    expect(answer.text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
  });

  it("100-continue is not when it is refused", async () => {
    const head = `${start}Host: a\r\nContent-Length: 200000\r\nExpect: 100-continue\r\n\r\n`;
    const answer = await sendRaw(front.port, head, { until: "REQUEST_ENTITY_TOO_LARGE" });
    expect(answer.status).toBe(413);
  });

  it("anything else fails", async () => {
    const answer = await sendRaw(front.port, "GET /live HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n", {
      until: "BAD_REQUEST",
    });
    expect(answer.status).toBe(417);
  });
});

it("an upgrade is not offered: the request is answered as it is", async () => {
  const headers =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n";
  const answer = await sendRaw(front.port, `GET /graphql HTTP/1.1\r\nHost: a\r\n${headers}\r\n`, {
    until: "BAD_REQUEST",
  });
  expect(answer.status).toBe(400);
});

it("check 68: a hundred requests in one go are answered in order, each as who it came from", async () => {
  const query = '{"query":"{ whoami }"}';
  const requests = Array.from({ length: 100 }, (_, n) =>
    rawPost(query, `Authorization: Bearer ${n % 2 ? "a" : "b"}${n}\r\n`),
  );
  const { text } = await sendRaw(front.port, requests.join(""), { until: /Bearer a99"/ });
  const answers = [...text.matchAll(/"whoami":"Bearer (\w+)"/g)].map((match) => match[1]);
  expect(answers).toEqual(requests.map((_, n) => `${n % 2 ? "a" : "b"}${n}`));
});
