import { afterEach, expect, it } from "vitest";
import { missingSecurityHeaders, rawPost, sendRaw, startFront, type TestFront } from "./front-server.ts";

let front: TestFront;
afterEach(() => front.close());

const preflight = { "GraphQL-Require-Preflight": "1" };
const query = '{"query":"{ echo(text: \\"private\\") }"}';

it("every answer has the security headers and no others of the kind", async () => {
  front = await startFront();
  const evil = { Origin: "https://evil.test", "Access-Control-Request-Method": "POST" };
  const responses = await Promise.all([
    front.post(query, evil),
    front.post("[]", { Origin: "null" }),
    front.post('{"query":"{ fails }"}'),
    front.post("x".repeat(200_000)),
    ...["/", "/x.css", "/live", "/ready", "/graphql", "/graphql?query={echo}"].flatMap((path) => [
      fetch(`${front.url}${path}`, { headers: evil }),
      fetch(`${front.url}${path}`, { headers: preflight }),
      fetch(`${front.url}${path}`, { method: "OPTIONS", headers: evil }),
    ]),
  ]);
  for (const response of responses) {
    expect(missingSecurityHeaders(response.headers), `${response.status} ${response.url}`).toEqual([]);
    expect(response.headers.get("strict-transport-security")).toBeNull();
    expect(response.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
    expect(response.headers.get("cache-control")).toBe("no-store");
  }
});

it("HSTS is sent over TLS", async () => {
  front = await startFront();
  front.server.prependListener("connection", (socket) => Object.assign(socket, { encrypted: true }));
  const response = await fetch(`${front.url}/live`);
  expect(response.headers.get("strict-transport-security")).toBe("max-age=31536000");
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

it("the log has one line a request, without what is nobody's business", async () => {
  front = await startFront();
  const response = await front.post(query, { Authorization: "Bearer private" });
  await fetch(`${front.url}/tasks?email=private`);
  await fetch(`${front.url}/graphql?query={echo}&access_token=private`, { headers: preflight });
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

it("the log says when the client went away", async () => {
  front = await startFront();
  const signal = AbortSignal.timeout(100);
  const request = fetch(`${front.url}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: '{"query":"{ held }"}',
    signal,
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
