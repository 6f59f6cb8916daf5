import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createToken } from "../auth/tokens-api.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { missingSecurityHeaders } from "../http/front-server.ts";
import { deleteAccount, eventsOf } from "../profile/profile-api.ts";
import { fetchExport } from "./exports.ts";

let server: TestServer;
let ann: Person;
beforeAll(async () => {
  server = await startServer();
  ann = await signUp(server, "ann");
});
afterAll(() => server.close());

describe("GET /export", () => {
  it("answers a file to be saved, for nobody to keep, under the headers that every answer has", async () => {
    const { status, headers } = await fetchExport(server, ann.token);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    const today = new Date().toISOString().slice(0, 10);
    expect(headers.get("content-disposition")).toBe(`attachment; filename="ownlist-export-${today}.json"`);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(missingSecurityHeaders(headers)).toEqual([]);
  });

  it("is written down for the account's owner and in the server's log", async () => {
    const bob = await signUp(server, "bob");
    await fetchExport(server, bob.token);
    expect(await eventsOf(bob)).toEqual(["EXPORTED", "SIGNED_UP"]);
    expect(server.logged()).toContain('"event":"exported"');
  });

  it.each([
    ["nothing", undefined, 'Bearer realm="ownlist"'],
    ["a token that is none", "x.y.z", 'Bearer realm="ownlist", error="invalid_token"'],
  ])("answers 401 to %s", async (_what, token, challenge) => {
    const { status, headers, code } = await fetchExport(server, token);
    expect([status, code, headers.get("www-authenticate")]).toEqual([401, "UNAUTHENTICATED", challenge]);
    expect(headers.get("content-disposition")).toBeNull();
    expect(missingSecurityHeaders(headers)).toEqual([]);
  });

  it("takes no token from the address, and no cookie for one", async () => {
    const login = await server.graphql.send(
      `mutation ($email: String!) { login(input: { email: $email, password: "plum tomato sandwich" }) { __typename } }`,
      { email: ann.email },
    );
    const [cookie = ""] = (login.headers.get("set-cookie") ?? "").split(";");
    const headers = { Cookie: cookie, Origin: server.url, "GraphQL-Require-Preflight": "1" };
    expect((await fetchExport(server, undefined, { headers })).status).toBe(401);
    expect((await fetch(`${server.url}/export?access_token=${ann.token}`)).status).toBe(401);
  });

  it("check 33: answers 403 to personal tokens, whatever they may do", async () => {
    const { secret } = await createToken(ann, ["TASKS_READ", "TASKS_WRITE", "ACCOUNT_READ"]);
    const { status, headers, code } = await fetchExport(server, secret);
    expect([status, code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
    expect(headers.get("www-authenticate")).toContain('error="insufficient_scope"');
  });

  it("check 31: answers 401 once the account is gone", async () => {
    const bob = await signUp(server, "bob");
    await deleteAccount(bob, "plum tomato sandwich");
    expect((await fetchExport(server, bob.token)).status).toBe(401);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("check 62: answers 405 to %s", async (method) => {
    const { status, headers } = await fetchExport(server, ann.token, { method });
    expect([status, headers.get("allow")]).toEqual([405, "GET"]);
  });

  it("check 62: answers 405 to HEAD, and does no work for it", async () => {
    const { status, text } = await fetchExport(server, ann.token, { method: "HEAD" });
    expect([status, text]).toEqual([405, ""]);
  });

  it("check 70: is closed to pages of other sites, and open to those that the operator names", async () => {
    const headers = { Origin: "https://app.example", "Access-Control-Request-Method": "GET" };
    const open = await startServer({ http: { corsOrigins: ["https://app.example"] } });
    for (const [on, status, allowed] of [
      [server, 405, null],
      [open, 204, "https://app.example"],
    ] as const) {
      const preflight = await fetchExport(on, undefined, { method: "OPTIONS", headers });
      expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([
        status,
        allowed,
      ]);
    }
    await open.close();
  });

  it("check 93: has a limit of its own, for each user", async () => {
    const strict = await startServer({ rateLimits: { "export-by-user": { points: 2, seconds: 3600 } } });
    const [eve, bob] = [await signUp(strict, "eve"), await signUp(strict, "bob")];
    const outcomes = [];
    for (let count = 0; count < 3; count++) outcomes.push(await fetchExport(strict, eve.token));
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 429]);
    const [, , refused] = outcomes;
    expect(refused?.code).toBe("RATE_LIMITED");
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused?.headers.get("ratelimit")).toContain('"export-by-user";r=0');
    expect((await fetchExport(strict, bob.token)).status).toBe(200);
    await strict.close();
  });
});
