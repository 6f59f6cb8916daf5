import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { repeat } from "./hostile.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const list = "tasks(first: 100) { edges { node { id title description } } }";
const faults = {
  "too long": "#".repeat(17_000),
  "no document": "{ viewer ",
  "not valid": "{ nothing }",
  "too large": `{ ${repeat(16, (n) => `a${n}: viewer { id }`)} }`,
  "too dear": `{ ${repeat(15, (n) => `a${n}: ${list}`)} }`,
  "of the wrong values": "query ($n: Int!) { tasks(first: $n) { totalCount } }",
};

describe("a request that is wrong", () => {
  it.each(Object.entries(faults))(
    "and of a credential that does not hold is refused for that: %s",
    async (_, query) => {
      const answer = await server.graphql.send(query, {}, "nobody's");
      expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
    },
  );

  it.each(Object.entries(faults))("is answered with what is wrong and nothing else: %s", async (_, query) => {
    const person = await signUp(server);
    const answer = await person.send(query);
    expect(answer.status).toBe(400);
    expect(Object.keys(JSON.parse(answer.text))).toEqual(["errors"]);
    for (const error of JSON.parse(answer.text).errors)
      expect(Object.keys(error.extensions)).toEqual(["code"]);
  });
});

it("a query that is answered, and one that meets an error, are named in the log alike", async () => {
  const person = await signUp(server);
  const query = "query Page($after: String) { tasks(first: 3, after: $after) { edges { cursor } } }";
  const statuses = [];
  for (const after of [null, "no cursor"]) statuses.push((await person.send(query, { after })).status);
  expect(statuses).toEqual([200, 400]);
  const lines = server.logged().trim().split("\n").slice(-2);
  expect(lines.map((line) => JSON.parse(line).operation)).toEqual(["Page", "Page"]);
});
