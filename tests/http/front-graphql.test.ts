import { readFile } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAnswer } from "../../src/graphql/response.ts";
import { rawPost, sendRaw, startFront, type TestFront } from "./front-server.ts";

let front: TestFront;
beforeAll(async () => {
  front = await startFront();
});
afterAll(() => front.close());

const echo = JSON.stringify({
  query: "query E($t: String) { echo(text: $t) }",
  variables: { t: "ünïcode 🙂" },
});
const mutation = JSON.stringify({ query: "mutation { count }" });
const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  fetch(`${front.url}${path}`, { method, headers });

/** Status and code of a refusal, which has no data. */
async function refusal(response: Response) {
  const { errors, data } = await response.json();
  expect(data).toBeUndefined();
  expect(errors).toHaveLength(1);
  expect(Object.keys(errors[0])).toEqual(["message", "extensions"]);
  return [response.status, errors[0].extensions.code];
}

describe("check 63: a POST", () => {
  it.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON;charset=UTF-8",
    'application/json ; charset="utf-8"',
  ])("is executed as %s", async (type) => {
    const response = await front.post(echo, { "Content-Type": type });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { echo: "ünïcode 🙂" } });
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("is executed after a byte order mark, which is no part of it (RFC 8259 §8.1)", async () => {
    const response = await front.post(`\ufeff${echo}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { echo: "ünïcode 🙂" } });
  });

  it.each([
    ["text/plain", mutation],
    ["application/x-www-form-urlencoded", "query=mutation%7Bcount%7D"],
    [
      "multipart/form-data; boundary=x",
      `--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${mutation}\r\n--x--\r\n`,
    ],
    ["application/graphql", "mutation { count }"],
    ["application/graphql+json", mutation],
    ["application/json; charset=iso-8859-1", mutation],
    ["application/json; charset=utf-16", mutation],
    ["application/json, application/json", mutation],
    ["application/json; profile=x", mutation],
    ["application/jsonp", mutation],
    ["", mutation],
  ])("as %j is refused without effect", async (type, body) => {
    const before = front.effects.count;
    expect(await refusal(await front.post(body, { "Content-Type": type }))).toEqual([
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ]);
    expect(front.effects.count).toBe(before);
  });

  it.each([
    ["gzip", gzipSync(mutation)],
    ["br", brotliCompressSync(mutation)],
    ["identity, gzip", gzipSync(mutation)],
    ["gzip", mutation],
  ])("with the content encoding %s is refused without effect", async (encoding, body) => {
    const before = front.effects.count;
    const response = await front.post(typeof body === "string" ? body : new Uint8Array(body), {
      "Content-Encoding": encoding,
    });
    expect(await refusal(response)).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    expect(front.effects.count).toBe(before);
  });

  it.each([
    ["a batch", "[]"],
    ["a batch of one", `[${mutation}]`],
    ["nested batches", `[[${mutation}]]`],
    ["a string", '"mutation { count }"'],
    ["null", "null"],
    ["nothing", ""],
    ["half of an object", '{"query":'],
    ["two objects", `${mutation}${mutation}`],
    ["invalid UTF-8", Buffer.from(`{"query":"{ echo(text: \\"\xff\\") }"}`, "latin1")],
    ["two byte order marks", `\ufeff\ufeff${mutation}`],
    ["a byte order mark and nothing", "\ufeff"],
    ["UTF-16", Buffer.from(`\ufeff${mutation}`, "utf16le")],
    ["UTF-16 without its mark", Buffer.from(mutation, "utf16le")],
    ["an unknown key", JSON.stringify({ query: "{ echo }", sql: "DROP" })],
    ["an unknown key that is null", JSON.stringify({ query: "{ echo }", sql: null })],
    ["__proto__ as a key that is null", '{"query":"{ echo }","__proto__":null}'],
    ["__proto__ as a key", '{"query":"{ echo }","__proto__":{"x":1}}'],
    ["no query", "{}"],
    ["no query but null", JSON.stringify({ query: null })],
    ["a query as an object", JSON.stringify({ query: {} })],
    ["variables as a string", JSON.stringify({ query: "{ echo }", variables: "{}" })],
    ["variables as an array", JSON.stringify({ query: "{ echo }", variables: [] })],
    ["an operation's name as a number", JSON.stringify({ query: "{ echo }", operationName: 0 })],
  ])("of %s is a bad request", async (_, body) => {
    const before = front.effects.count;
    expect(await refusal(await front.post(body))).toEqual([400, "BAD_REQUEST"]);
    expect(front.effects.count).toBe(before);
  });

  it.each([
    ["Sec-Fetch-Mode: navigate", "application/json"],
    ["Sec-Fetch-Mode: navigate", "application/x-www-form-urlencoded"],
    ["Sec-Fetch-Site: cross-site", "application/json"],
    ["Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document", "text/plain"],
  ])("check 73: from another site's page or form is refused: %s, %s", async (header, type) => {
    const before = front.effects.count;
    // fetch() would set these headers itself.
    const post = rawPost(mutation, `${header}\r\n`).replace("application/json", type);
    const answer = await sendRaw(front.port, post, { until: "CSRF" });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toMatch(/set-cookie/i);
    expect(front.effects.count).toBe(before);
  });

  it("from our own pages is served", async () => {
    const headers = "Sec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n";
    expect((await sendRaw(front.port, rawPost(echo, headers), { until: '"data"' })).status).toBe(200);
  });

  it("with two Authorization headers is refused, whatever they say", async () => {
    const answer = await sendRaw(
      front.port,
      rawPost(echo, "Authorization: Bearer a\r\nauthorization: Bearer a\r\n"),
      {
        until: "BAD_REQUEST",
      },
    );
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('WWW-Authenticate: Bearer realm="ownlist", error="invalid_request"');
  });

  it("answers as graphql-response+json to who asks for it, refusals included", async () => {
    const headers = { Accept: "application/graphql-response+json" };
    for (const body of [echo, "[]"]) {
      const response = await front.post(body, headers);
      expect(response.headers.get("content-type")).toBe("application/graphql-response+json; charset=utf-8");
    }
  });

  it("that accepts nothing we have is told so, and has no effect", async () => {
    const before = front.effects.count;
    const accepts = ["image/png", "text/event-stream", "multipart/mixed", "application/json;q=0, */*;q=0.0"];
    for (const accept of accepts) {
      const answer = await front.post('{"query":"mutation { count }"}', { Accept: accept });
      expect(await refusal(answer)).toEqual([406, "BAD_REQUEST"]);
    }
    expect(front.effects.count).toBe(before);
  });
});

describe("check 72: a GET", () => {
  const query = "/graphql?query=%7Becho(text:%22x%22)%7D";

  it.each(["no header", "GraphQL-Require-Preflight", "X-GraphQL-Yoga-CSRF", "Apollo-Require-Preflight"])(
    "is executed with %s",
    async (name) => {
      const response = await get(query, name === "no header" ? {} : { [name]: "1" });
      expect(await response.json()).toEqual({ data: { echo: "x" } });
    },
  );

  it("that a page of another site sends is executed, since that page can't read what comes", async () => {
    const response = await get(query, {
      Origin: "https://evil.test",
      "Sec-Fetch-Site": "cross-site",
      "Sec-Fetch-Mode": "cors",
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("that takes streams alone is refused, whatever it asks for", async () => {
    const stream = { Accept: "text/event-stream" };
    for (const path of [
      query,
      "/graphql?query=subscription%7Bcount%7D",
      "/graphql?query=mutation%7Bcount%7D",
    ]) {
      expect(await refusal(await get(path, stream))).toEqual([406, "BAD_REQUEST"]);
    }
  });

  it("for the head alone is refused", async () => {
    const response = await get(query, {}, "HEAD");
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST"]);
  });

  it("never executes a mutation", async () => {
    const before = front.effects.count;
    for (const headers of [{}, { "GraphQL-Require-Preflight": "1" }]) {
      const response = await get("/graphql?query=mutation%7Bcount%7D", headers);
      expect(response.headers.get("allow")).toBe("POST");
      expect(await refusal(response)).toEqual([405, "BAD_REQUEST"]);
    }
    expect(front.effects.count).toBe(before);
  });

  it.each(["&variables=%7B", "&variables=1", "&extensions=x", "&x=%ff", "&x=%"])(
    "with %s is a bad request",
    async (rest) => {
      const response = await get(query + rest);
      expect(await refusal(response)).toEqual([400, "BAD_REQUEST"]);
    },
  );

  it("takes no token from the address", async () => {
    const response = await get("/graphql?query=%7Bwhoami%7D&access_token=t");
    expect(await response.json()).toEqual({ data: { whoami: null } });
  });

  it("that ends like Yoga's health check is still a query", async () => {
    const response = await get(`${query}&x=/health`);
    expect(await response.json()).toEqual({ data: { echo: "x" } });
  });
});

describe("a handler that goes wrong", () => {
  const masked = (requestId: string | null) => ({
    errors: [{ message: "Unexpected error.", extensions: { code: "INTERNAL_SERVER_ERROR", requestId } }],
  });
  const handlers = {
    "throws at once": () => {
      throw new Error("secret");
    },
    "throws later": () => Promise.reject(new Error("secret")),
    "misses a file": () => readFile("/nonexistent/file") as Promise<never>,
    "answers with a stack as text": () =>
      readAnswer(new Response(new Error("secret").stack ?? null, { status: 500 })),
    "answers with nothing": () => readAnswer(new Response(null, { status: 200 })),
  };

  it.each(Object.entries(handlers))("shows nothing of it when it %s", async (_, graphql) => {
    const broken = await startFront({ graphql });
    const response = await broken.post(echo);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual(masked(response.headers.get("x-request-id")));
    expect((await broken.post(echo)).status).toBe(500);
    await broken.close();
    expect(broken.lines().filter((line) => line.msg === "request failed")).toHaveLength(2);
  });
});
