import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createToken, sendRefresh } from "../auth/tokens-api.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

const day = 24 * 60 * 60 * 1000;

let server: TestServer;
let person: Person;
let other: Person;
let taskId: string;
let clock: number | null = null;
beforeAll(async () => {
  server = await startServer({ now: () => new Date(clock ?? Date.now()) });
  [person, other] = [await signUp(server), await signUp(server)];
  taskId = await person.addTask({ title: "Water the plants" });
});
afterAll(() => server.close());

const send = (secret: string, document: string, variables: object = {}) =>
  server.graphql.send(document, variables, secret);

const read = "{ tasks { edges { node { title } } } }";
const account = "{ viewer { email } }";
const add = 'mutation { createTask(input: { title: "From a script" }) { __typename } }';
const change = () =>
  `mutation { updateTask(input: { id: "${taskId}", completed: true }) { __typename ... on Error { message } } }`;

const listDocument =
  "{ personalTokens { edges { node { id name scopes hint createdAt expiresAt lastUsedAt } } } }";
type Listed = { id: string; name: string; scopes: string[]; hint: string; lastUsedAt: string | null };
const list = async (of: Person): Promise<Listed[]> =>
  (await of.data(listDocument)).personalTokens.edges.map(({ node }: { node: Listed }) => node);

const revokeDocument = `mutation ($id: ID!) { revokePersonalToken(input: { id: $id }) {
  ... on RevokePersonalTokenPayload { revokedTokenId } ... on Error { __typename message } } }`;

describe("check 32: a personal token", () => {
  it("is shown once, has a prefix, 192 bits of chance and a checksum, and is kept as a hash", async () => {
    const { secret, id } = await createToken(person, ["TASKS_READ"]);
    const [, body = "", sum = ""] = /^(ownlist_pat_[\w-]{75})_([0-9a-f]{8})$/.exec(secret) ?? [];
    expect(crc32(body).toString(16).padStart(8, "0")).toBe(sum);
    const [listed] = await list(person);
    expect(listed).toEqual({
      id,
      name: "backup script",
      scopes: ["TASKS_READ"],
      hint: secret.slice(-4),
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      lastUsedAt: null,
    });
    const { rows } = await server.admin.query("SELECT personal_tokens::text AS line FROM personal_tokens");
    expect(rows.filter(({ line }) => line.includes(body.slice(-32)))).toEqual([]);
  });

  it("says when it was used last, from the first time on", async () => {
    const someone = await signUp(server);
    const { secret } = await createToken(someone, ["TASKS_READ"]);
    await send(secret, read);
    await vi.waitFor(async () => {
      const [listed] = await list(someone);
      expect(Date.now() - Date.parse(listed?.lastUsedAt ?? "")).toBeLessThan(60_000);
    }, 10_000);
  });

  it.each([
    ["a blank name", { name: "  " }, "name"],
    ["a long name", { name: "x".repeat(101) }, "name"],
    ["a name with NUL", { name: "a\0b" }, "name"],
    ["no scopes", { scopes: [] }, "scopes"],
    ["an end in the past", { expiresAt: "2020-01-01T00:00:00Z" }, "expiresAt"],
    ["an end too far away", { expiresAt: "2040-01-01T00:00:00+01:00" }, "expiresAt"],
  ])("is not made with %s", async (_case, input, path) => {
    const document = `mutation ($input: CreatePersonalTokenInput!) { createPersonalToken(input: $input) {
      __typename ... on ValidationError { fieldErrors { path message } } } }`;
    const expiresAt = new Date(Date.now() + day);
    const usual = { name: "script", scopes: ["TASKS_READ"], expiresAt };
    const { createPersonalToken } = await person.data(document, { input: { ...usual, ...input } });
    expect(createPersonalToken.fieldErrors.map(({ path: at }: { path: string[] }) => at)).toEqual([[path]]);
  });
});

describe("check 33: a personal token", () => {
  it("does what its scopes say, in the same header, and nothing else", async () => {
    const may: [string[], string[], string[]][] = [
      [["TASKS_READ"], [read], [add, change(), account]],
      [["TASKS_ADD"], [add], [read, change(), account]],
      [["TASKS_WRITE"], [add, change()], [read, account]],
      [["TASKS_READ", "TASKS_WRITE"], [read, add, change()], [account]],
      [["ACCOUNT_READ"], [account], [read, add, change()]],
    ];
    for (const [scopes, allowed, refused] of may) {
      const { secret } = await createToken(person, scopes);
      for (const document of allowed) expect((await send(secret, document)).status).toBe(200);
      for (const document of refused) {
        const answer = await send(secret, document);
        expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
        expect(answer.headers.get("www-authenticate")).toMatch(
          /^Bearer realm="ownlist", error="insufficient_scope", scope="(tasks|account):\w+"$/,
        );
      }
    }
  });

  it("is not given an answer that was kept for its owner", async () => {
    const { secret } = await createToken(person, ["ACCOUNT_READ"]);
    for (let n = 0; n < 8; n++) expect((await person.send(read)).status).toBe(200);
    expect((await send(secret, read)).status).toBe(403);
    const { secret: reader } = await createToken(person, ["TASKS_READ"]);
    for (let n = 0; n < 8; n++) expect((await send(reader, read)).status).toBe(200);
    expect((await send(secret, read)).status).toBe(403);
  });

  it("finds no node that its scopes don't cover", async () => {
    const { secret } = await createToken(person, ["TASKS_READ"]);
    const node = (id: string) => send(secret, "query ($id: ID!) { node(id: $id) { id } }", { id });
    const nodes = (ids: string[]) =>
      send(secret, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids });
    expect((await node(taskId)).data.node.id).toBe(taskId);
    const [listed] = await list(person);
    for (const id of [person.id, listed?.id ?? ""]) {
      expect((await node(id)).status).toBe(403);
      expect((await nodes([taskId, id])).status).toBe(403);
    }
  });

  it("has nothing of a request answered that asks for more than its scopes cover, however it asks", async () => {
    const { secret } = await createToken(person, ["TASKS_READ"]);
    const [listed] = await list(person);
    const id = listed?.id ?? "";
    const asking: [document: string, variables?: object][] = [
      ["{ tasks { totalCount } viewer { email } }"],
      ["{ tasks { totalCount } ... { ...F } } fragment F on Query { me: viewer { __typename } }"],
      [`{ tasks { totalCount } node(id: "${id}") { id } }`],
      [`query ($id: ID = "${id}") { tasks { totalCount } node(id: $id) { id } }`],
      ['query ($id: ID!) { a: node(id: "x") { id } b: node(id: $id) { id } }', { id }],
      [`{ a: nodes(ids: "${taskId}") { id } b: nodes(ids: "${id}") { id } }`],
      [`{ nodes(ids: ["${taskId}", "${id}"]) { id } }`],
      ["query ($id: ID!, $task: ID!) { nodes(ids: [$task, $id]) { id } }", { id, task: taskId }],
      ["query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids: id }],
      [`query ($ids: [ID!]! = ["${id}"]) { nodes(ids: $ids) { id } }`],
    ];
    for (const [document, variables] of asking) {
      // Often enough to be answered from what is kept, were it not refused.
      for (let n = 0; n < 6; n++) {
        const answer = await send(secret, document, variables);
        expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
        expect(answer.text).not.toContain('"data"');
      }
      expect((await server.graphql.send(document, variables, person.token)).status).toBe(200);
    }
  });

  it("manages neither tokens nor sessions, and a request that tries has no effect at all", async () => {
    const { secret } = await createToken(person, ["TASKS_READ", "TASKS_WRITE", "ACCOUNT_READ"]);
    const input = `{ name: "more", scopes: [TASKS_WRITE], expiresAt: "${new Date(Date.now() + day).toISOString()}" }`;
    const more = `createPersonalToken(input: ${input}) { __typename }`;
    const before = [await list(person), await person.data("{ tasks { totalCount } }")];
    for (const document of [
      `mutation { ${more} }`,
      `mutation { createTask(input: { title: "sneaked in" }) { __typename } ${more} }`,
      `mutation { ...on Mutation { a: ${more} } }`,
      listDocument,
    ]) {
      const answer = await send(secret, document);
      expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
      expect(answer.data ?? null).toBeNull();
    }
    const after = [await list(person), await person.data("{ tasks { totalCount } }")];
    expect(JSON.stringify(after).replace(/"lastUsedAt":[^,}]+/g, "")).toBe(
      JSON.stringify(before).replace(/"lastUsedAt":[^,}]+/g, ""),
    );
  });

  it("is worth nothing at the next request once it is revoked, has expired, or its owner is gone", async () => {
    const someone = await signUp(server);
    const { secret, id } = await createToken(someone, ["TASKS_READ"]);
    expect((await send(secret, read)).status).toBe(200);
    expect((await someone.data(revokeDocument, { id })).revokePersonalToken).toEqual({ revokedTokenId: id });
    expect((await send(secret, read)).status).toBe(401);

    const { secret: short } = await createToken(someone, ["TASKS_READ"], new Date(Date.now() + day));
    clock = Date.now() + day + 1000;
    expect((await send(short, read)).status).toBe(401);
    clock = null;
    expect((await send(short, read)).status).toBe(200);
    await server.admin.query("DELETE FROM users WHERE email = $1", [someone.email]);
    const answer = await send(short, read);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="ownlist", error="invalid_token"');
  });

  it("of another user can't be revoked, byte for byte as with an id that nobody has", async () => {
    const { secret, id } = await createToken(other, ["TASKS_READ"]);
    const random = Buffer.from("PersonalToken:01890000-0000-7000-8000-000000000000").toString("base64");
    const [theirs, nobodys] = [
      await person.send(revokeDocument, { id }),
      await person.send(revokeDocument, { id: random }),
    ];
    expect(theirs.text).toBe(nobodys.text);
    expect((await send(secret, read)).status).toBe(200);
  });

  it("is refused when anything of it was changed, and in the place of a refresh token", async () => {
    const { secret } = await createToken(person, ["TASKS_READ"]);
    const swap = (place: number) =>
      secret.slice(0, place) + (secret[place] === "a" ? "b" : "a") + secret.slice(place + 1);
    const resealed = (body: string) => `${body}_${crc32(body).toString(16).padStart(8, "0")}`;
    const body = secret.slice(0, -9);
    const otherChance = resealed(`${body.slice(0, -1)}${body.endsWith("A") ? "B" : "A"}`);
    for (const text of [
      swap(12),
      swap(40),
      swap(80),
      swap(-1),
      `${secret}0`,
      body,
      otherChance,
      secret.toUpperCase(),
    ]) {
      expect((await send(text, read)).status).toBe(401);
    }
    expect((await sendRefresh(server, secret)).status).toBe(401);
  });
});
