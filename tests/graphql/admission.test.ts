import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

const points = 100_000;
const budget = { points, seconds: 600 };
const rateLimits = {
  "queries-by-user": budget,
  "mutations-by-user": budget,
  "signed-out-by-address": budget,
};

let keeping: TestServer;
let executing: TestServer;
beforeAll(async () => {
  keeping = await startServer({ rateLimits });
  executing = await startServer({ rateLimits, graphql: { answerCache: false } });
});
afterAll(() => Promise.all([keeping.close(), executing.close()]));

/** @returns what an answer says is left, and of what */
function leftOf({ headers }: Answer): { policy: string; left: number } {
  const [, policy = "", left = ""] = /^"([\w-]+)";r=(\d+)/.exec(headers.get("ratelimit") ?? "") ?? [];
  return { policy, left: Number(left) };
}

/** Sends the same a dozen times: so often that it is kept. @returns what each time cost */
async function costsOf(policy: string, send: (round: number) => Promise<Answer>): Promise<number[]> {
  const costs = [];
  let before = leftOf(await send(0)).left;
  for (let round = 1; round <= 12; round++) {
    const { policy: counted, left } = leftOf(await send(round));
    expect(counted).toBe(policy);
    costs.push(before - left);
    before = left;
  }
  return costs;
}

const page = "query ($n: Int) { tasks(first: $n) { edges { node { title due { date } } } } }";

describe("what an operation costs is counted each time", () => {
  it.each([
    ["kept", () => keeping],
    ["worked out", () => executing],
  ])("also when its answer is %s", async (_how, serverOf) => {
    const person = await signUp(serverOf());
    await person.addTask({ title: "one" });
    expect(await costsOf("queries-by-user", () => person.send(page, { n: 20 }))).toEqual(Array(12).fill(51));
    const varying = await costsOf("queries-by-user", (round) => person.send(page, { n: 10 + round }));
    expect(varying).toEqual(Array.from({ length: 12 }, (_, i) => 11 + 2 * (11 + i)));
    const fixed = "{ viewer { name } tasks(last: 5) { pageInfo { hasNextPage } edges { node { id } } } }";
    expect(await costsOf("queries-by-user", () => person.send(fixed))).toEqual(Array(12).fill(18));
  });

  it("once, when its plan meets an error and graphql-js executes it anew", async () => {
    const person = await signUp(executing);
    const send = (after: string | null) =>
      person.send("query ($after: String) { tasks(first: 3, after: $after) { edges { cursor } } }", {
        after,
      });
    expect(await costsOf("queries-by-user", () => send(null))).toEqual(Array(12).fill(11));
    expect((await send("no cursor")).status).toBe(400);
    expect(await costsOf("queries-by-user", () => send("no cursor"))).toEqual(Array(12).fill(11));
  });

  it("for changes, and for whoever is not signed in, under names of their own, and never with less than five", async () => {
    const person = await signUp(keeping);
    const create =
      'mutation { createTask(input: { title: "t" }) { ... on CreateTaskPayload { task { id } } } }';
    expect(await costsOf("mutations-by-user", () => person.send(create))).toEqual(Array(12).fill(11));
    const anonymous = await costsOf("signed-out-by-address", () => keeping.graphql.send("{ viewer { id } }"));
    expect(anonymous).toEqual(Array(12).fill(5));
  });

  it("but not of what is refused before it could be executed", async () => {
    const person = await signUp(keeping);
    for (const query of ["{ nothing }", "{ viewer", `{ ${"viewer { id } ".repeat(11)} }`]) {
      const answer = await person.send(query);
      expect(answer.status).toBe(400);
      expect(answer.headers.get("ratelimit")).toBeNull();
    }
  });
});

describe("an operation that is one too many", () => {
  it.each([
    ["executed for the first time", 0, true],
    ["kept", 4, true],
    ["planned", 8, false],
  ])("is not answered, when it is %s", async (_how, before, keepsAnswers) => {
    const policies = { ...rateLimits, "queries-by-user": { points: before * 51 + 50, seconds: 600 } };
    const server = await startServer({ rateLimits: policies, graphql: { answerCache: keepsAnswers } });
    const person: Person = await signUp(server);
    for (let round = 0; round < before; round++) {
      expect((await person.send(page, { n: 20 })).status).toBe(200);
    }
    const statements = await server.statements(async () => {
      const answer = await person.send(page, { n: 20 });
      expect(answer).toMatchObject({ status: 429, errors: [{ extensions: { code: "RATE_LIMITED" } }] });
      expect(answer).not.toHaveProperty("data");
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(answer.headers.get("content-type")).toContain("application/graphql-response+json");
    });
    expect(statements.filter((text) => /"?tasks"?/.test(text))).toEqual([]);
    await server.close();
  });
});
