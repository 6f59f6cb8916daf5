import { describe, expect, it } from "vitest";
import { securityHeaders } from "../../src/http/headers.ts";
import { findFaults, type Known } from "./checks.ts";
import type { Credential, Input, Kind, Reply } from "./input.ts";
import { createRandom } from "./random.ts";
import { parseReply } from "./wire.ts";

// What looks at the answers to 50,000 inputs has to be able to find something.
const known = (): Known => ({
  canaries: ["canary-of-the-victim"],
  foreignIds: ["VGFzazox"],
  ownCanary: "owner@example.com",
  said: new Set(),
});

const inputOf = (kind: Kind, credential: Credential, target = "/graphql"): Input => ({
  kind,
  credential,
  times: 1,
  request: { method: "POST", target, headers: [], body: null },
});

type Doctored = { status?: number; headers?: Record<string, string | null>; body?: string };

function replyOf({ status = 200, headers = {}, body = '{"data":{"a":1}}' }: Doctored): Reply {
  const all = {
    ...securityHeaders,
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    ...headers,
  };
  const given = Object.entries(all).flatMap(([name, value]) =>
    value === null ? [] : [[name.toLowerCase(), [value]] as const],
  );
  return { status, headers: new Map(given), body: Buffer.from(body) };
}

const problem = (code: string, more: object = {}, extensions: object = {}) =>
  JSON.stringify({ errors: [{ message: "No.", ...more, extensions: { code, ...extensions } }] });

const document = inputOf("document", "good");
const bad = inputOf("headers", "bad");

describe("the checks of a fuzzed answer", () => {
  it.each<[what: string, input: Input, answer: Doctored]>([
    ["data", document, {}],
    ["a refusal", document, { status: 400, body: problem("BAD_REQUEST") }],
    ["a problem of the document for a client of old", document, { body: problem("GRAPHQL_PARSE_FAILED") }],
    [
      "another user's id that the caller wrote",
      document,
      { status: 400, body: problem("BAD_USER_INPUT", { message: "VGFzazox is no Int." }) },
    ],
    [
      "an export too many",
      inputOf("address", "good", "/export"),
      { status: 503, headers: { "Retry-After": "10" }, body: problem("SERVICE_UNAVAILABLE") },
    ],
    [
      "401",
      bad,
      { status: 401, headers: { "WWW-Authenticate": "Bearer" }, body: problem("UNAUTHENTICATED") },
    ],
  ])("take %s", (_, input, answer) => {
    expect(findFaults(input, replyOf(answer), known())).toEqual([]);
  });

  const policy = securityHeaders["Content-Security-Policy"];

  it.each<[what: string, input: Input, answer: Doctored]>([
    ["500", document, { status: 500, body: problem("INTERNAL_SERVER_ERROR") }],
    [
      "a bug beside data",
      document,
      { body: `{"data":{"a":null},${problem("INTERNAL_SERVER_ERROR").slice(1)}` },
    ],
    [
      "503 that nothing explains",
      document,
      { status: 503, headers: { "Retry-After": "1" }, body: problem("SERVICE_UNAVAILABLE") },
    ],
    ["a status that is not the code's", document, { status: 403, body: problem("BAD_REQUEST") }],
    [
      "a status that the kind does not have",
      document,
      { status: 415, body: problem("UNSUPPORTED_MEDIA_TYPE") },
    ],
    ["a refusal with 200", document, { body: problem("INSUFFICIENT_SCOPE") }],
    [
      "a problem of the document with 200 for a client of today",
      document,
      {
        headers: { "Content-Type": "application/graphql-response+json; charset=utf-8" },
        body: problem("GRAPHQL_PARSE_FAILED"),
      },
    ],
    ["401 without a challenge", bad, { status: 401, body: problem("UNAUTHENTICATED") }],
    ["405 without the methods", bad, { status: 405, body: problem("BAD_REQUEST") }],
    ["429 without a time", inputOf("account", "unknown"), { status: 429, body: problem("RATE_LIMITED") }],
    ["a code that there is not", document, { status: 400, body: problem("OOPS") }],
    ["a stack in an error", document, { status: 400, body: problem("BAD_REQUEST", { stack: "x" }) }],
    [
      "an exception in an error",
      document,
      { status: 400, body: problem("BAD_REQUEST", {}, { exception: {} }) },
    ],
    ["tracing beside data", document, { body: '{"data":{},"extensions":{"tracing":{}}}' }],
    ["what is no GraphQL", document, { body: '{"data":{},"debug":1}' }],
    ["no JSON", document, { body: '{"data":' }],
    ["a refusal as text", document, { status: 400, headers: { "Content-Type": "text/plain" }, body: "no" }],
    ["a stack as text", document, { body: JSON.stringify({ data: { a: "x\n    at run (server.ts:1)" } }) }],
    ["words of the database", document, { status: 400, body: problem("BAD_REQUEST", { message: "P2002" }) }],
    ["another user's things", document, { body: '{"data":{"title":"canary-of-the-victim 1"}}' }],
    ["another user's id", document, { body: '{"data":{"id":"VGFzazox"}}' }],
    [
      "somebody's things, for nobody",
      inputOf("document", "none"),
      { body: '{"data":{"email":"owner@example.com"}}' },
    ],
    ["an answer to a token that can't hold", bad, {}],
    ["no nosniff", document, { headers: { "X-Content-Type-Options": null } }],
    ["no policy", document, { headers: { "Content-Security-Policy": null } }],
    [
      "a policy with inline scripts",
      document,
      { headers: { "Content-Security-Policy": policy.replace("script-src 'self'", "$& 'unsafe-inline'") } },
    ],
    ["a server's name", document, { headers: { "X-Powered-By": "x" } }],
    ["another origin let in", document, { headers: { "Access-Control-Allow-Origin": "https://evil.test" } }],
    ["an answer that may be kept", document, { headers: { "Cache-Control": null } }],
    [
      "six problems at once",
      document,
      { body: `{"errors":[${Array(6).fill(problem("BAD_USER_INPUT").slice(11, -2))}]}` },
    ],
    [
      "a long refusal",
      document,
      { status: 400, body: problem("BAD_REQUEST", { message: "x".repeat(20_000) }) },
    ],
  ])("find %s", (_, input, answer) => {
    expect(findFaults(input, replyOf(answer), known())).not.toEqual([]);
  });

  it("let people read what they wrote", () => {
    const reply = replyOf({ body: '{"data":{"title":"about postgres"}}' });
    expect(findFaults(document, reply, known())).toHaveLength(1);
    expect(findFaults(document, reply, { ...known(), said: new Set(["postgres"]) })).toEqual([]);
  });
});

describe("the reader of answers", () => {
  const read = (text: string, isOver = true) => parseReply(Buffer.from(text), "POST", isOver);
  const head = "HTTP/1.1 200 OK\r\nA: b\r\n";

  it("reads one after the other, in one piece or in chunks", () => {
    const first = `HTTP/1.1 100 Continue\r\n\r\n${head}Content-Length: 2\r\n\r\nhi`;
    expect(read(`${first}${head}`)).toMatchObject({ reply: { status: 200 }, length: first.length });
    const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`;
    expect(read(chunked)?.reply.body.toString()).toBe("hi");
    expect(read(chunked.slice(0, -1), false)).toBeNull();
  });

  it.each([
    ["no status", "no HTTP\r\n\r\n"],
    ["a header that is none", "HTTP/1.1 200 OK\r\nbad header\r\n\r\n"],
    ["no end", `${head}\r\nhi`],
    ["less than it says", `${head}Content-Length: 3\r\n\r\nhi`],
    ["no head", "HTTP/1.1 200 OK\r\n"],
  ])("refuses what has %s", (_, text) => {
    expect(() => read(text)).toThrow(Error);
  });
});

describe("chance", () => {
  it("comes out the same for one input, and differently for another", () => {
    const draw = (seed: number, index: number) =>
      Array.from(
        { length: 50 },
        (
          (random) => () =>
            random.below(1_000)
        )(createRandom(seed, index)),
      );
    expect(draw(1, 2)).toEqual(draw(1, 2));
    expect(draw(1, 2)).not.toEqual(draw(1, 3));
    expect(draw(1, 2)).not.toEqual(draw(2, 2));
    expect(new Set(draw(1, 2)).size).toBeGreaterThan(40);
  });
});
