import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findInLog, takeFindings } from "../helpers/scanner.ts";
import { startServer } from "../helpers/server.ts";

// What looks over every answer and every log of the suite has to be able to find something.
let leaky: Server;
let url: string;
beforeAll(async () => {
  leaky = createServer((req, res) => {
    res.setHeader("Content-Type", "application/json");
    req.setEncoding("utf8");
    let body = "";
    req.on("data", (chunk) => {
      body += chunk;
    });
    req.on("end", () => res.end(body));
  });
  await new Promise<void>((resolve) => leaky.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(leaky.address() as AddressInfo).port}`;
});
afterAll(() => leaky.close());

/** Has a server answer a text, as which it was not sent, and @returns what is found in it. */
async function findingsIn(text: string, read: "text" | "json"): Promise<string[]> {
  await (await fetch(url, { method: "POST", body: new Blob([text]) }))[read]();
  return takeFindings();
}

const problem = (extra: object, extensions: object = {}) =>
  JSON.stringify({ errors: [{ message: "No.", ...extra, extensions: { code: "X", ...extensions } }] });

describe("check 94: the scan of answers", () => {
  it.each([
    ["a stack", problem({ message: "x\n    at run (/srv/ownlist/server.ts:1:1)" })],
    ["a path", JSON.stringify({ data: { path: "file:///srv/ownlist" } })],
    ["a package", "Cannot find node_modules"],
    ["the driver's words", problem({ message: "Invalid `prisma.user.create()` invocation" })],
    ["a code of the driver", problem({ message: "failed with P2002" })],
    ["an address", "postgres://ownlist@db/ownlist"],
    ["a constraint", problem({ message: "duplicate key users_email_key" })],
    ["a hash", JSON.stringify({ data: { hash: "$2b$04$abc" } })],
  ])("finds %s", async (_, text) => {
    expect(await findingsIn(text, "text")).not.toEqual([]);
    if (text.startsWith("{")) expect(await findingsIn(text, "json")).not.toEqual([]);
  });

  it("lets people read what they wrote", async () => {
    const text = JSON.stringify({ data: { title: "buy a book on postgres", description: "" } });
    await (await fetch(url, { method: "POST", body: text })).text();
    expect(takeFindings()).toEqual([]);
    expect(await findingsIn(JSON.stringify({ data: { title: "a book on prisma" } }), "text")).toHaveLength(1);
  });
});

describe("check 95: the scan of errors", () => {
  it.each([
    ["a stack", problem({ stack: [] })],
    ["what was thrown", problem({ originalError: {} })],
    ["an exception", problem({}, { exception: {} })],
    ["tracing", problem({}, { tracing: 1 })],
  ])("finds %s", async (_, text) => {
    expect(await findingsIn(text, "text")).not.toEqual([]);
  });

  it("takes errors as they should be", async () => {
    expect(await findingsIn(problem({ path: ["a"], locations: [] }, { requestId: "1" }), "json")).toEqual([]);
  });
});

describe("check 98: the scan of logs", () => {
  const secret = "a secret that was sent";

  it.each([
    ["in a body", { body: JSON.stringify({ variables: { input: { currentPassword: secret } } }) }],
    ["in a document", { body: JSON.stringify({ query: `mutation { a(password: "${secret}") }` }) }],
    ["in a header", { headers: { Authorization: `Bearer ${secret}` } }],
  ])("finds what was sent %s", async (_, init) => {
    await (await fetch(url, { method: "POST", ...init })).text();
    expect(findInLog(url, `{"msg":"${secret}"}\n`, [])).toEqual([`logged: ${secret}`]);
    expect(findInLog(url, '{"msg":"a secret"}\n', [])).toEqual([]);
    expect(findInLog("http://127.0.0.1:1", `{"msg":"${secret}"}\n`, [])).toEqual([]);
  });

  it("finds lines that are no JSON", () => {
    expect(findInLog(url, '{"msg":"x"}\n{"msg":\n', [])).toEqual(['no JSON: {"msg":']);
  });

  it("fails the test whose server has logged a token", async () => {
    const server = await startServer();
    // A path is what people write, and is logged.
    const path = "held-to-be-a-token";
    await (await fetch(`${server.url}/${path}`, { headers: { Authorization: `Bearer ${path}` } })).text();
    await expect(server.close()).rejects.toThrow(`the log is not fit to be read:\nlogged: ${path}`);
  });
});
