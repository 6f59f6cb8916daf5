import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findLeaks } from "../helpers/leaks.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { decode } from "./accounts.ts";
import type { Forgery, Material } from "./forge.ts";
import { forgeClaims } from "./forged-claims.ts";
import { forgeForms } from "./forged-forms.ts";

let server: TestServer;
let ann: Person;
let material: Material;
let listener: Server;
let callbacks = 0;

beforeAll(async () => {
  listener = createServer((_req, res) => {
    callbacks++;
    res.end("{}");
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  server = await startServer();
  const people = [
    await signUp(server, "ann"),
    await signUp(server, "bob"),
    await signUp(server, "gone"),
  ] as const;
  ann = people[0];
  material = { token: ann.token, otherToken: people[1].token, deletedToken: people[2].token };
  await server.admin.query("DELETE FROM users WHERE id = $1", [decode(people[2].token).payload.sub]);
});

afterAll(async () => {
  await server.close();
  listener.close();
});

const queries = [
  "{ __typename }",
  "{ viewer { id } }",
  '{ __type(name: "User") { name } }',
  'mutation { createTask(input: { title: "forged" }) { __typename } }',
  'mutation { login(input: { email: "a@example.com", password: "plum tomato sandwich" }) { __typename } }',
];

/** @returns what is wrong with the answers to one forgery, whatever is asked with it */
async function problemsWith([what, Authorization]: Forgery): Promise<string[]> {
  const found: string[] = [];
  for (const query of queries) {
    const Accept = query === queries[0] ? "application/json" : "application/graphql-response+json";
    const { status, headers, text, errors } = await server.graphql.send(query, {}, undefined, {
      Authorization,
      Accept,
    });
    const challenge = headers.get("www-authenticate");
    const isRefused =
      status === 401 &&
      errors?.length === 1 &&
      errors[0]?.extensions.code === "UNAUTHENTICATED" &&
      challenge === 'Bearer realm="ownlist", error="invalid_token"' &&
      !("data" in JSON.parse(text)) &&
      findLeaks(text).length === 0;
    if (!isRefused) found.push(`${what} on ${query}: ${status} ${challenge} ${text}`);
  }
  return found;
}

async function problemsWithAll(forgeries: Forgery[]): Promise<string[]> {
  const found: string[] = [];
  for (const forgery of forgeries) found.push(...(await problemsWith(forgery)));
  return found;
}

it("the token that all of them are made from is good", async () => {
  expect((await ann.send("{ viewer { id } }")).data).toEqual({ viewer: { id: ann.id } });
});

it("checks 13, 14, 15, 18, 19, 20 and 21: a token of another form is refused, whatever is asked with it", async () => {
  const { port } = listener.address() as AddressInfo;
  expect(await problemsWithAll(forgeForms(material, `http://127.0.0.1:${port}`))).toEqual([]);
});

it("checks 16 and 17: a token with the right key and wrong claims is refused, whatever is asked with it", async () => {
  expect(await problemsWithAll(forgeClaims(material))).toEqual([]);
});

it("check 19: there are at least 200 of them; none has done or fetched anything, and the good one still is", async () => {
  expect(
    new Set([...forgeForms(material, ""), ...forgeClaims(material)].map(([, value]) => value)).size,
  ).toBeGreaterThan(200);
  expect(callbacks).toBe(0);
  expect((await ann.data("{ tasks { totalCount } }")).tasks).toEqual({ totalCount: 0 });
  expect((await server.admin.query("SELECT FROM tasks")).rowCount).toBe(0);
});

it("a refused token is the same refusal to the byte, whatever is wrong with it", async () => {
  const sent = [...forgeForms(material, ""), ...forgeClaims(material)].filter((_, i) => i % 20 === 0);
  const texts = new Set<string>();
  for (const [, Authorization] of sent) {
    texts.add((await server.graphql.send("{ viewer { id } }", {}, undefined, { Authorization })).text);
  }
  expect(texts.size).toBe(1);
});
