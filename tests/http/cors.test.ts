import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingSecurityHeaders, rawPost, sendRaw, startFront, type TestFront } from "./front-server.ts";

const friend = "https://app.example.com";
const query = '{"query":"{ echo(text: \\"private\\") }"}';
const asking = {
  "Access-Control-Request-Method": "POST",
  "Access-Control-Request-Headers": "authorization,content-type",
};

let closed: TestFront;
let open: TestFront;
beforeAll(async () => {
  closed = await startFront();
  open = await startFront({ corsOrigins: [friend, "http://localhost:5173"] });
});
afterAll(() => Promise.all([closed.close(), open.close()]));

/** The headers of the CORS protocol that an answer has. */
function corsHeaders({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-")));
}

/** One answer of each kind to a page of an origin. */
function askAll({ url, post }: TestFront, origin: string): Promise<Response[]> {
  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(url + path, { method, headers: { Origin: origin, ...headers } });
  const headers = { Origin: origin };
  return Promise.all([
    post(query, headers),
    post("[]", headers),
    post('{"query":"{ fails }"}', headers),
    post(query, { ...headers, "Content-Type": "text/plain" }),
    post("x".repeat(200_000), headers),
    get("/graphql?query={echo}"),
    get("/graphql?query=mutation{count}"),
    get("/graphql", { Accept: "text/html" }),
    get("/graphql", asking, "OPTIONS"),
    get("/graphql", {}, "OPTIONS"),
    get("/graphql", {}, "DELETE"),
    ...["/", "/live", "/ready", "/nowhere.css", "/graphiql/nothing.js"].map((path) => get(path)),
  ]);
}

describe("check 70: a page of another site", () => {
  it.each(["https://evil.test", "null", friend])(
    "of %s is told nothing where no origin is listed",
    async (origin) => {
      for (const response of await askAll(closed, origin)) {
        expect(corsHeaders(response), `${response.status} ${response.url}`).toEqual({});
      }
    },
  );

  it.each([
    "https://evil.test",
    "null",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com.evil.test",
    "https://APP.example.com",
    `${friend}, https://evil.test`,
    "",
  ])("of %j is told nothing where others are listed", async (origin) => {
    for (const response of await askAll(open, origin)) {
      expect(corsHeaders(response), `${response.status} ${response.url}`).toEqual({});
    }
    expect((await open.post(query, { Origin: origin })).headers.get("vary")).toBe("Origin");
  });
});

describe("an origin that is listed", () => {
  it.each([friend, "http://localhost:5173"])(
    "%s may read every answer of the API, refusals too",
    async (origin) => {
      const answers = await askAll(open, origin);
      const statuses = new Set(
        answers
          .filter((answer) => "access-control-allow-origin" in corsHeaders(answer))
          .map(({ status }) => status),
      );
      expect(statuses).toEqual(new Set([200, 204, 400, 405, 413, 415]));
      for (const answer of answers.slice(0, 7)) {
        expect(corsHeaders(answer)).toEqual({
          "access-control-allow-origin": origin,
          "access-control-expose-headers":
            "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, WWW-Authenticate",
        });
        expect(answer.headers.get("vary")).toBe("Origin");
      }
    },
  );

  it("is granted what the API takes, and never the use of cookies", async () => {
    const response = await fetch(`${open.url}/graphql`, {
      method: "OPTIONS",
      headers: { Origin: friend, ...asking },
    });
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(corsHeaders(response)).toEqual({
      "access-control-allow-headers": "Authorization, Content-Type, GraphQL-Require-Preflight",
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-origin": friend,
      "access-control-expose-headers":
        "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, WWW-Authenticate",
      "access-control-max-age": "7200",
    });
    expect(missingSecurityHeaders(response.headers)).toEqual(["cors"]);
    expect(response.headers.get("content-length")).toBeNull();
  });

  it("may send requests although its pages are of another site, but no forms", async () => {
    const send = (server: TestFront, headers: string) =>
      sendRaw(server.port, rawPost(query, `Origin: ${friend}\r\n${headers}`), { until: "}" });
    const cors = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n";
    expect(await send(open, cors)).toMatchObject({ status: 200 });
    expect(await send(closed, cors)).toMatchObject({ status: 403 });
    const form = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n";
    expect(await send(open, form)).toMatchObject({ status: 403 });
  });

  it("is not read from what else is in a request", async () => {
    const sent = rawPost(
      query,
      `Sec-Fetch-Site: cross-site\r\nReferer: ${friend}/\r\nX-Origin: ${friend}\r\n`,
    );
    expect(await sendRaw(open.port, sent, { until: "}" })).toMatchObject({ status: 403 });
    const two = rawPost(query, `Origin: https://evil.test\r\nOrigin: ${friend}\r\n`);
    expect((await sendRaw(open.port, two, { until: "}" })).text).not.toMatch(/access-control-/i);
  });
});
