import { type AuditResult, serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
});
afterAll(() => server.close());

/** What goes with each of the audits' requests, when somebody like this sends them. */
const callers: [who: string, headers: () => Record<string, string>][] = [
  ["anybody", () => ({})],
  ["somebody who is signed in", () => ({ authorization: `Bearer ${person.token}` })],
];

/** Runs all audits of GraphQL over HTTP; @returns the results that are not "ok", the reason with each */
async function audit(headers: Record<string, string>) {
  const fetchFn = (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { ...headers, ...(init.headers as Record<string, string>) } });
  const results: AuditResult[] = [];
  for (const { fn } of serverAudits({ url: `${server.url}/graphql`, fetchFn })) results.push(await fn());
  const failures = results.filter((result) => result.status !== "ok");
  return {
    count: results.length,
    failures: failures.map(({ id, name, status, reason }) => `${status} ${id} ${name}: ${reason}`),
  };
}

describe("check 61: GraphQL over HTTP, by the audits of graphql-http", () => {
  it.each(callers)("is spoken in full with %s", async (_, headers) => {
    expect(await audit(headers())).toEqual({ count: 61, failures: [] });
  });
});
