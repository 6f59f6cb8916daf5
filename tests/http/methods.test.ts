import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { METHODS } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendRaw, startFront, type TestFront } from "./front-server.ts";

let root: string;
let front: TestFront;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ownlist-methods-"));
  await mkdir(join(root, "assets"));
  await writeFile(join(root, "index.html"), "<!doctype html><title>client</title>");
  await writeFile(join(root, "assets/index-a1b2c3.js"), "1");
  front = await startFront({ clientDir: root });
});
afterAll(async () => {
  await front.close();
  await rm(root, { recursive: true });
});

/** What each address takes, as its answers say. */
const routes: [path: string, allow: string][] = [
  ["/", "GET, HEAD"],
  ["/index.html", "GET, HEAD"],
  ["/tasks/abc", "GET, HEAD"],
  ["/assets/index-a1b2c3.js", "GET, HEAD"],
  ["/nowhere.css", "GET, HEAD"],
  ["/live", "GET, HEAD"],
  ["/ready", "GET, HEAD"],
  ["/graphiql/start.js", "GET, HEAD"],
  ["/export", "GET"],
  ["/graphql", "GET, POST"],
  ["/graphql?query=mutation%7Bcount%7D", "GET, POST"],
];

const body = '{"query":"mutation { count }"}';

/** Sends one request as it is; with a body, which nobody may act on, and something that must not come back. */
const request = (method: string, path: string) =>
  sendRaw(
    front.port,
    `${method} ${path} HTTP/1.1\r\nHost: a\r\nX-Canary: echo\r\nGraphQL-Require-Preflight: 1\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );

describe("check 62: a method that an address does not take", () => {
  it.each(routes)("is refused at %s, with those that would do, and has no effect", async (path, allow) => {
    const others = METHODS.filter((method) => method !== "CONNECT" && !allow.split(", ").includes(method));
    expect(others).toEqual(expect.arrayContaining(["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "QUERY"]));
    const before = front.effects.count;
    for (const method of others) {
      // An answer to HEAD has no body; where it is taken it is a GET's.
      if (method === "HEAD" && allow.includes("HEAD")) continue;
      const { status, text } = await request(method, path);
      expect([method, status]).toEqual([method, 405]);
      expect(text).toContain(`\r\nAllow: ${allow}\r\n`);
      expect(text.includes('"code":"BAD_REQUEST"'), method).toBe(method !== "HEAD");
      expect(text).not.toMatch(/echo|access-control-/i);
    }
    expect(front.effects.count).toBe(before);
  });

  it.each(["a:443", "/", "/graphql", "127.0.0.1:22"])(
    "CONNECT %s gets a closed connection",
    async (target) => {
      const answer = await sendRaw(front.port, `CONNECT ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
      expect(answer.closed).toBe(true);
      expect(answer.text).toMatch(/^$|^HTTP\/1\.1 400 /);
    },
  );

  it.each(["FOO", "get", "G\u00cbT", "GET\0"])("%j is no method at all", async (method) => {
    const bytes = Buffer.from(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`, "latin1");
    expect(await sendRaw(front.port, bytes)).toMatchObject({ status: 400, closed: true });
  });

  it("is not smuggled in by a header or a parameter", async () => {
    const headers = "X-HTTP-Method-Override: POST\r\nX-HTTP-Method: POST\r\nX-Method-Override: POST\r\n";
    const bytes = `GET /graphql?_method=POST&query=mutation%7Bcount%7D HTTP/1.1\r\nHost: a\r\nGraphQL-Require-Preflight: 1\r\n${headers}Connection: close\r\n\r\n`;
    const before = front.effects.count;
    expect((await sendRaw(front.port, bytes)).status).toBe(405);
    expect(front.effects.count).toBe(before);
  });
});
