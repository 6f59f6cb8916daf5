import { getNamedType, isObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OwnTable, ownTables } from "../../src/db/own-tables.ts";
import { longColumns } from "../../src/db/viewer-db.ts";
import { schema } from "../../src/features/schema.ts";
import { isLargerThan } from "../../src/graphql/cost/json-size.ts";
import { maxDescriptionLength, maxTitleLength } from "../../src/rules/limits.ts";
import { maxAnswerSize } from "../../src/schema/long-texts.ts";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { seed } from "../helpers/seed.ts";
import { allFieldsOf } from "../helpers/selection.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { repeat } from "./hostile.ts";
import { type Candidate, searchWorst } from "./worst-documents.ts";

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe("the size of an answer", () => {
  const around = { data: { a: [], b: {}, c: [1, -2.5e-7, true, null, { d: "é" }], text: "" } };

  it.each([
    ["letters", "a"],
    ["quotes", '"'],
    ["backslashes", "\\"],
    ["line ends", "\n"],
    ["control characters", "\u0001\u000b\u001f"],
    ["characters of two bytes", "é\u007f\u0080"],
    ["characters of three bytes", "漢\u2028\uffff"],
    ["characters of four bytes", "😀"],
    ["all of them", 'a"\\\b\t\n\f\r\u0001é漢😀'],
  ])("is counted to the byte: %s", (_what, some) => {
    const { text, ...rest } = around.data;
    const room = maxAnswerSize - sizeOf({ data: { ...rest, text } });
    const size = sizeOf(some) - 2;
    const full = some.repeat(Math.floor(room / size)) + "a".repeat(room % size);
    expect(sizeOf({ data: { ...rest, text: full } })).toBe(maxAnswerSize);
    expect(isLargerThan(maxAnswerSize, { data: { ...rest, text: full } })).toBe(false);
    expect(isLargerThan(maxAnswerSize, { data: { ...rest, text: `${full}a` } })).toBe(true);
  });

  it("counts half of a surrogate pair as the escape that is written", () => {
    expect(isLargerThan(maxAnswerSize, { text: "\ud83d".repeat(maxAnswerSize / 6) })).toBe(true);
  });
});

it("a text that can be long says so: all others are some hundred characters at most", () => {
  const texts = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
    .flatMap((type) =>
      (isObjectType(type) ? Object.values(type.getFields()) : []).map((field) => ({ type, field })),
    )
    .filter(({ field }) => getNamedType(field.type).name === "String");
  const isLong = ({ field }: (typeof texts)[number]) => field.extensions.long === true;
  const nameOf = ({ type, field }: (typeof texts)[number]) => `${type.name}.${field.name}`;
  const kept: Record<string, OwnTable> = ownTables;
  const isKeptShort = ({ type, field }: (typeof texts)[number]) => {
    const length = kept[type.name.charAt(0).toLowerCase() + type.name.slice(1)]?.texts[field.name];
    return length !== undefined && length <= maxTitleLength;
  };
  expect(texts.filter(isLong).map(nameOf)).toEqual(["Task.description"]);
  // What the database reads in turn is what the schema calls long.
  expect(texts.filter(isLong).map(({ field }) => field.name)).toEqual(longColumns);
  const short = texts.filter((text) => !isLong(text) && !isKeptShort(text)).map(nameOf);
  // A new one comes to one list or the other, unless the database keeps it short.
  expect(
    short.filter((name) => !/\.(message|cursor|startCursor|endCursor|device|address)$/.test(name)).sort(),
  ).toEqual([
    "AuthPayload.accessToken",
    "AuthPayload.refreshToken",
    "AuthPayload.tokenType",
    "CreatePersonalTokenPayload.secret",
    "Due.timeZone",
    "FieldError.path",
    "PersonalToken.hint",
    "RequestEmailVerificationPayload.email",
    "User.email",
  ]);
});

describe(`over HTTP (TEST_SEED=${seed})`, () => {
  let server: TestServer;
  /** Whose descriptions are as long as they get, in four bytes a character, or in six. */
  let emoji: Person;
  let control: Person;
  let keeping: TestServer;

  /** The longest text that anything was written down as since the last look. */
  let longest = 0;
  /** The longest that a plan has written, which is measured when it is there. */
  let longestPlanned = 0;
  const { stringify } = JSON;
  const { byteLength } = Buffer;

  async function fill(on: TestServer, character: string, count = 100): Promise<Person> {
    const person = await signUp(on);
    const create = `mutation { ${repeat(10, (i) => `a${i}: createTask(input: { title: "t" }) { __typename }`)} }`;
    for (let n = 0; n < count; n += 10) await person.data(create);
    const update =
      "UPDATE tasks SET description = repeat($1, $2) WHERE user_id = (SELECT id FROM users WHERE email = $3)";
    await on.admin.query(update, [character, maxDescriptionLength, person.email]);
    return person;
  }

  beforeAll(async () => {
    server = await startServer({ graphql: { answerCache: false } });
    keeping = await startServer();
    [emoji, control] = [await fill(server, "😀"), await fill(server, "\u0001")];
    JSON.stringify = ((...args: Parameters<typeof stringify>) => {
      const text = stringify(...args);
      const isResult = ["data", "errors"].some((name) => name in Object(args[0]));
      if (isResult) longest = Math.max(longest, text.length);
      else longestPlanned = Math.max(longestPlanned, text?.length ?? 0);
      return text;
    }) as typeof stringify;
    Buffer.byteLength = (text, ...more) => {
      if (typeof text === "string") longestPlanned = Math.max(longestPlanned, text.length);
      return byteLength(text, ...more);
    };
  });
  afterAll(async () => {
    JSON.stringify = stringify;
    Buffer.byteLength = byteLength;
    await Promise.all([server.close(), keeping.close()]);
  });

  const list = (name: string, first: number) =>
    `${name}: tasks(first: ${first}) { edges { node { description } } }`;
  const page = (first: number) => `{ ${list("a", first)} }`;
  const everything = allFieldsOf("Task");
  const twoPages = `{ ${list("a", 100)} ${list("b", 100)} }`;

  function expectRefusal({ status, text, headers }: Answer): void {
    expect(text).toBe(
      `{"errors":[{"message":"The answer would be larger than ${maxAnswerSize} bytes. Ask for less at once: smaller pages, or fewer long texts.","extensions":{"code":"QUERY_TOO_COMPLEX"}}]}`,
    );
    expect(status).toBe(400);
    expect(headers.get("content-type")).toMatch(/^application\/(graphql-response\+)?json/);
  }

  it("a full page of the longest descriptions is answered, as often as it is asked for", async () => {
    for (let round = 0; round < 7; round++) {
      const { status, text, data } = await emoji.send(page(100));
      expect(status).toBe(200);
      expect(data.a.edges).toHaveLength(100);
      expect(Buffer.byteLength(text)).toBeGreaterThan(8_000_000);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxAnswerSize);
    }
  });

  it.each([
    ["two of them", () => emoji, twoPages],
    ["a page in which each character takes six bytes", () => control, page(100)],
    [
      "a page under several names",
      () => emoji,
      "{ tasks(first: 100) { edges { node { a: description b: description } } } }",
    ],
    [
      "a page whose length lies in names",
      () => emoji,
      `{ ${repeat(7, (i) => `a${i}: tasks(first: 100) { ...F }`)} }
        fragment F on TaskConnection { edges { node { ${"d".repeat(14_000)}: id } } }`,
    ],
  ])("%s are refused as a whole, with one error, as often as they come", async (_what, personOf, query) => {
    longest = 0;
    for (let round = 0; round < 7; round++) expectRefusal(await personOf().send(query));
    expectRefusal(await server.graphql.send(query, {}, personOf().token, { Accept: "application/json" }));
    expect(longest).toBeLessThan(maxAnswerSize);
    expect(longestPlanned).toBeLessThan(maxAnswerSize);
  });

  it("a refusal costs what was asked for, tells it to those who ask, and is not kept", async () => {
    const person = await fill(keeping, "😀");
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${person.token}` };
    const body = stringify({ query: twoPages, extensions: { cost: true } });
    const answer = await fetch(`${keeping.url}/graphql`, { method: "POST", headers, body });
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code: "QUERY_TOO_COMPLEX" } }],
      extensions: { cost: { requested: 822, limit: 5000 } },
    });
    for (let round = 0; round < 4; round++) {
      const statements = await keeping.statements(async () => expectRefusal(await person.send(twoPages)));
      expect(statements.filter((text) => text.includes('"description"'))).not.toEqual([]);
    }
  });

  it("no more tasks are read once there is more text in them than an answer holds", async () => {
    const many = await fill(server, "😀", 300);
    const ids: string[] = [];
    for (let after: string | null = null; ids.length < 300; ) {
      const { tasks } = await many.data(
        "query ($after: String) { tasks(first: 100, after: $after) { nodes: edges { node { id } } pageInfo { endCursor } } }",
        { after },
      );
      ids.push(...tasks.nodes.map(({ node }: { node: { id: string } }) => node.id));
      after = tasks.pageInfo.endCursor;
    }
    const pages = `{ ${repeat(6, (i) => list(`a${i}`, 100))} }`;
    const nodes = `query ($a: [ID!]!, $b: [ID!]!, $c: [ID!]!) {
      ${repeat(3, (i) => `${"abc"[i]}: nodes(ids: $${"abc"[i]}) { ... on Task { description } }`)}
    }`;
    const byId = { a: ids.slice(0, 100), b: ids.slice(100, 200), c: ids.slice(200) };
    for (let round = 0; round < 7; round++) {
      for (const [query, variables] of [[pages, {}] as const, [nodes, byId] as const]) {
        const statements = await server.statements(async () =>
          expectRefusal(await many.send(query, variables)),
        );
        expect(statements.filter((text) => text.includes('"description"'))).toHaveLength(2);
      }
    }
  });

  it("a change is never refused for the size of its answer, which can't get there", async () => {
    const { tasks } = await control.data("{ tasks(first: 16) { edges { node { id } } } }");
    const ids: string[] = tasks.edges.map(({ node }: { node: { id: string } }) => node.id);
    const update = (id: string, i: number) =>
      `${i === 0 ? "" : `a${i}: `}updateTask(input: { id: "${id}", priority: LOW }) { ...F }`;
    const answer = await control.send(`mutation { ${ids.map(update).join(" ")} }
      fragment F on UpdateTaskPayload { task { ${everything} } }`);
    expect(answer.status).toBe(200);
    expect(Buffer.byteLength(answer.text)).toBeGreaterThan(16 * 6 * maxDescriptionLength);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(maxAnswerSize / 2);
  });

  it("no document within the limits gets more", { timeout: 60_000 }, async () => {
    const found = searchWorst(seed, 4000);
    const distanceOf = ({ descriptions }: Candidate) =>
      Math.abs(descriptions * 6 * maxDescriptionLength - maxAnswerSize);
    const nearest = found.toSorted((a, b) => distanceOf(a) - distanceOf(b)).slice(0, 5);
    const worst = found.slice(0, 200).filter((_, index) => index % 40 === 0);
    expect(worst[0]?.descriptions).toBeGreaterThan(1000);
    longest = 0;
    let refused = 0;
    for (const { query } of [...worst, ...nearest]) {
      for (let round = 0; round < 6; round++) {
        const answer = await control.send(query);
        if (answer.status === 200) expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(maxAnswerSize);
        else expectRefusal(answer);
        refused += answer.status === 200 ? 0 : 1;
      }
    }
    expect(refused).toBeGreaterThanOrEqual(6 * worst.length);
    expect(longest).toBeLessThanOrEqual(maxAnswerSize);
    // Long texts have room for an answer, and names for another one.
    expect(longestPlanned).toBeLessThan(2 * maxAnswerSize);
  });
});
