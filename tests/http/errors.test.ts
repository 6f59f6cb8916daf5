import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ErrorCode, errorStatus } from "../../src/errors.ts";
import { createToken, logIn, refresh, sendRefresh } from "../auth/tokens-api.ts";
import { type Answer, readAnswer } from "../helpers/graphql.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { withoutConnections, withoutDescriptions } from "./broken-database.ts";

let server: TestServer;
let person: Person;
let taskId: string;
beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  taskId = await person.addTask({ title: "Water the plants" });
});
afterAll(() => server.close());

/** Any request to the API, as it is. */
const request = async (init: RequestInit, query = "") =>
  readAnswer(
    await fetch(`${server.url}/graphql${query}`, {
      ...init,
      headers: { Accept: "application/graphql-response+json", ...init.headers },
    }),
  );
const post = (body: string, headers: Record<string, string> = {}) =>
  request({ method: "POST", body, headers: { "Content-Type": "application/json", ...headers } });

/** One way to each code of the catalogue but RATE_LIMITED, which takes a flood: see auth/hashing.test.ts. */
const provoke: Record<Exclude<ErrorCode, "RATE_LIMITED">, () => Promise<Answer>> = {
  UNAUTHENTICATED: () => server.graphql.send("{ tasks { totalCount } }"),
  REFRESH_REUSED: async () => {
    const { refreshToken } = await logIn(server, person);
    await refresh(server, (await refresh(server, refreshToken)).refreshToken);
    return sendRefresh(server, refreshToken);
  },
  INSUFFICIENT_SCOPE: async () => {
    const { secret } = await createToken(person, ["ACCOUNT_READ"]);
    return server.graphql.send("{ tasks { totalCount } }", {}, secret);
  },
  BAD_REQUEST: () => post("[]"),
  BAD_USER_INPUT: () => person.send("{ tasks(first: 0) { totalCount } }"),
  CSRF: () => post('{"query":"{ __typename }"}', { "Sec-Fetch-Site": "cross-site" }),
  GRAPHQL_PARSE_FAILED: () => person.send("{ tasks( "),
  GRAPHQL_VALIDATION_FAILED: () => person.send("{ viewer { age } }"),
  QUERY_TOO_COMPLEX: () => person.send(`{ ${"a ".repeat(1001)} }`),
  REQUEST_ENTITY_TOO_LARGE: () => post(JSON.stringify({ query: "#".repeat(200_000) })),
  UNSUPPORTED_MEDIA_TYPE: () => post("{ __typename }", { "Content-Type": "application/graphql" }),
  SERVICE_UNAVAILABLE: () => withoutConnections(server, () => person.send("{ viewer { id } }")),
  INTERNAL_SERVER_ERROR: () =>
    withoutDescriptions(server, () => person.send("{ tasks { edges { node { description } } } }")),
};

describe("a refusal", () => {
  it.each(Object.entries(provoke))(
    "with %s goes out under its status and says no more than it has to",
    async (code, send) => {
      const answer = await send();
      expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
      expect(answer.status).toBe(errorStatus[code as ErrorCode]);
      expect(answer.headers.get("content-type")).toBe("application/graphql-response+json; charset=utf-8");
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.data ?? null).toBeNull();
      for (const error of answer.errors ?? []) {
        const [known, extensions] = [
          ["message", "locations", "path", "extensions"],
          Object.keys(error.extensions),
        ];
        expect(Object.keys(error).filter((key) => !known.includes(key))).toEqual([]);
        expect(extensions.filter((key) => key !== "requestId")).toEqual(["code"]);
        expect(error.message).toMatch(/^\S.*\S$/s);
      }
    },
  );

  it("because of a database that is away says when to come back", async () => {
    const answer = await provoke.SERVICE_UNAVAILABLE();
    expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect((await person.send("{ viewer { id } }")).status).toBe(200);
  });

  it("of a method names those that would do", async () => {
    const answer = await request({ method: "DELETE" });
    expect([answer.status, answer.headers.get("allow"), answer.errors?.[0]?.extensions.code]).toEqual([
      405,
      "GET, POST",
      "BAD_REQUEST",
    ]);
  });
});

describe("the document", () => {
  it.each([
    ["does not parse", "{ tasks( ", "GRAPHQL_PARSE_FAILED"],
    ["asks for what there is not", "{ viewer { age } }", "GRAPHQL_VALIDATION_FAILED"],
    ["has no operation", "fragment F on User { id }", "BAD_USER_INPUT"],
    ["leaves open which operation", "query A { viewer { id } } query B { viewer { id } }", "BAD_USER_INPUT"],
    ["lacks a variable's value", "query ($id: ID!) { task(id: $id) { id } }", "BAD_USER_INPUT"],
  ])(
    "that %s is answered as GraphQL over HTTP has it: 400, or 200 to old clients",
    async (_, query, code) => {
      for (const [accept, status] of [
        ["application/graphql-response+json", 400],
        ["application/json", 200],
      ] as const) {
        const answer = await server.graphql.send(query, {}, person.token, { Accept: accept });
        expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([status, code]);
        expect(answer).not.toHaveProperty("data");
      }
    },
  );

  it("is told where it is wrong", async () => {
    const places = [
      "{ tasks(\n  first ) }",
      "{\n  viewer { age } }",
      "query ($id:\n  ID!) { task(id: $id) { id } }",
    ];
    for (const query of places) {
      const [error] = (await person.send(query)).errors ?? [];
      expect(error).toHaveProperty("locations", [{ line: expect.any(Number), column: expect.any(Number) }]);
    }
  });

  it("is told which variable is wrong, and which part of it", async () => {
    const query = "mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename } }";
    const { errors } = await person.send(query, { input: { title: "x", due: { date: "2026-02-30" } } });
    expect(errors?.[0]?.message).toBe(
      "$input.due.date: A Date is a day of the calendar, written like 2026-11-21.",
    );
  });

  it.each([
    ["field", "{ viewer { emial } }", "email"],
    ["argument", "{ tasks(frist: 1) { totalCount } }", "first"],
    ["type", "{ node(id: 1) { ... on Tesk { id } } }", "Task"],
    ["enum value", "{ tasks(filter: { priority: HIHG }) { totalCount } }", "HIGH"],
    ["input field", "{ tasks(filter: { serach: 1 }) { totalCount } }", "search"],
    ["mutation", "mutation { creatTask { __typename } }", "createTask"],
  ])("with a slip in the name of a(n) %s is told the name that was meant", async (_, query, name) => {
    const [error] = (await server.graphql.send(query)).errors ?? [];
    expect(error?.message).toMatch(new RegExp(`Did you mean .*"${name}"`));
  });

  /** Half of a surrogate pair, which strict parsers of JSON refuse, escaped or not. */
  const half = "a\udc00b";
  const tasks = `query ($first: Int, $after: String, $filter: TaskFilter, $orderBy: TaskOrder) {
    tasks(first: $first, after: $after, filter: $filter, orderBy: $orderBy) { totalCount }
  }`;
  it.each<[string, object]>([
    ["a document that can't be read", { query: `{ ${half} }` }],
    ["a text in a document", { query: `{ task(id: "${half}") { id } }` }],
    ["an enum's value in a document", { query: `{ tasks(orderBy: { field: "${half}" }) { totalCount } }` }],
    ["the operation's name", { operationName: half }],
    ["a parameter's name", { [half]: 1 }],
    ["a number", { variables: { first: half } }],
    ["a cursor", { variables: { after: half } }],
    ["an input field's name", { variables: { filter: { [half]: 1 } } }],
    ["an enum's value", { variables: { orderBy: { direction: half, field: "TITLE" } } }],
    ["an enum's value in a list", { variables: { filter: { priority: ["HIGH", half] } } }],
    ["a day", { variables: { filter: { dueFrom: half } } }],
    ["a search", { variables: { filter: { search: half } } }],
  ])("with half a character as %s is answered in whole ones, as often as it comes", async (_what, part) => {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${person.token}` };
    const body = JSON.stringify({ query: tasks, ...part });
    for (let round = 0; round < 7; round++) {
      const text = await (await fetch(`${server.url}/graphql`, { method: "POST", headers, body })).text();
      expect(JSON.parse(text)).toHaveProperty("errors");
      // JSON.stringify escapes halves and nothing else so; a message may quote the escape, whose backslash is then doubled.
      expect(text).not.toMatch(/(?<!\\)\\ud[89a-f]/);
    }
  });

  it("with a slip in a variable is told the name that was meant", async () => {
    const query = "query ($filter: TaskFilter) { tasks(filter: $filter) { totalCount } }";
    const [error] = (await person.send(query, { filter: { priority: "URGNT" } })).errors ?? [];
    expect(error?.message).toContain('Did you mean the enum value "URGENT"?');
  });
});

describe("a credential", () => {
  const needsOne = [
    "{ tasks { totalCount } }",
    '{ task(id: "x") { id } }',
    '{ node(id: "x") { id } }',
    "{ nodes(ids: []) { id } }",
    'mutation { createTask(input: { title: "x" }) { __typename } }',
  ];

  it.each(needsOne)("that is missing is asked for, without the word error: %s", async (query) => {
    const answer = await server.graphql.send(query);
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="ownlist"');
  });

  it.each([
    "{ viewer { id } }",
    "{ __typename }",
    'mutation { login(input: { email: "", password: "" }) { __typename } }',
  ])("that is worth nothing is refused even where none is needed: %s", async (query) => {
    for (const authorization of ["Bearer x", "Bearer", "Basic YTpi", `Bearer ${person.token}x`]) {
      const answer = await post(JSON.stringify({ query }), { Authorization: authorization });
      expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
      expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="ownlist", error="invalid_token"');
      expect(answer.data).toBeUndefined();
    }
  });
});

describe("what the caller can act on is data", () => {
  it.each([
    ["createTask", { title: " ", due: { date: "2026-01-01", time: "10:00" } }, "ValidationError"],
    ["updateTask", { title: "x", expectedVersion: 7 }, "ConflictError"],
    ["updateTask", { title: null }, "ValidationError"],
    ["signup", { email: "known", password }, "EmailTakenError"],
    ["signup", { email: "nobody", password: "short" }, "ValidationError"],
    ["login", { email: "known", password: "wrong but long" }, "InvalidCredentialsError"],
    ["deleteTask", { id: "VGFzazp4" }, "NotFoundError"],
    ["restoreTask", { id: "" }, "NotFoundError"],
  ])("of %s with %j: %s", async (mutation, given, type) => {
    const input = { ...(mutation === "updateTask" ? { id: taskId } : {}), ...given } as Record<
      string,
      unknown
    >;
    if (input.email === "known") input.email = person.email;
    const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const answer = await person.send(
      `mutation ($input: ${name}!) { ${mutation}(input: $input) { __typename ... on Error { message } } }`,
      { input },
    );
    expect([answer.status, answer.errors]).toEqual([200, undefined]);
    expect(answer.data[mutation]).toMatchObject({
      __typename: type,
      message: expect.stringMatching(/^[A-Z].*\.$/s),
    });
    expect(answer.text).not.toMatch(/tasks_|users_|_key|constraint|column/);
  });
});

it("the table of codes in docs/api.md is the server's own", async () => {
  const text = await readFile(new URL("../../docs/api.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ]);
  expect(rows.length).toBe(Object.keys(errorStatus).length);
  expect(Object.fromEntries(rows)).toEqual(errorStatus);
});
