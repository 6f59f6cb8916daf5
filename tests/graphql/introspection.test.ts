import { getIntrospectionQuery } from "graphql";
import { serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withoutNames } from "../../src/graphql/introspection.ts";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

type Modes = Record<"open" | "signed-in" | "off", { server: TestServer; person: Person }>;
let modes: Modes;
const start = async (introspection: keyof Modes) => {
  // Kept answers would be given without executing anything.
  const server = await startServer({ graphql: { introspection, answerCache: false } });
  return { server, person: await signUp(server) };
};
beforeAll(async () => {
  modes = { open: await start("open"), "signed-in": await start("signed-in"), off: await start("off") };
});
afterAll(() => Promise.all(Object.values(modes).map(({ server }) => server.close())));

type Sender = [mode: keyof Modes, who: "anonymous" | "signed in"];
const may: Sender[] = [
  ["open", "anonymous"],
  ["open", "signed in"],
  ["signed-in", "signed in"],
];
const mayNot: Sender[] = [
  ["signed-in", "anonymous"],
  ["off", "anonymous"],
  ["off", "signed in"],
];

function send([mode, who]: Sender, query: string, variables: object = {}): Promise<Answer> {
  const { server, person } = modes[mode];
  return who === "anonymous" ? server.graphql.send(query, variables) : person.send(query, variables);
}

const introspection = [
  ["__schema", "{ __schema { queryType { name } } }"],
  ["all of it", getIntrospectionQuery()],
  ["the fields of a type", '{ __type(name: "Task") { name fields { name } } }'],
  ["the kind of a type", '{ __type(name: "Task") { kind } }'],
  [
    "it in a fragment",
    '{ __type(name: "Task") { ...F } } fragment F on __Type { name inputFields { name } }',
  ],
  ["it under another name", '{ name: __type(name: "Task") { name: description } }'],
  ["it beside something else", "{ viewer { id } ... on Query { a: __schema { description } } }"],
] as const;

describe("check 60: the schema", () => {
  it.each(may)("with INTROSPECTION=%s is there for anybody %s", async (...sender) => {
    for (const [, query] of introspection) {
      const answer = await send(sender, query);
      expect({ query, status: answer.status, errors: answer.errors }).toEqual({
        query,
        status: 200,
        errors: undefined,
      });
    }
  });

  it.each(mayNot)("with INTROSPECTION=%s is not for anybody %s", async (...sender) => {
    for (const [, query] of introspection) {
      const answer = await send(sender, query);
      expect({ query, status: answer.status, data: answer.data }).toEqual({
        query,
        status: 400,
        data: undefined,
      });
      expect(answer.errors).toHaveLength(1);
      expect(answer.errors?.[0]).toMatchObject({
        message: expect.stringContaining("The name of a type by __type, and __typename, are for everybody."),
        extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
      });
    }
  });

  it.each([...may, ...mayNot])(
    "with INTROSPECTION=%s leaves anybody %s the names that they know",
    async (...sender) => {
      const answer = await send(
        sender,
        '{ __typename known: __type(name: "Task") { name __typename } unknown: __type(name: "x") { name } }',
      );
      expect(answer.data).toEqual({
        __typename: "Query",
        known: { name: "Task", __typename: "__Type" },
        unknown: null,
      });
    },
  );

  it("is not shown to those who may not see it because somebody else has just seen it, nor the other way round", async () => {
    for (const [n, order] of [mayNot[0], may[2]].entries()) {
      const first = order as Sender;
      const second = (n === 0 ? may[2] : mayNot[0]) as Sender;
      const query = `{ __schema { queryType { name } mutationType { n${n}: name } } }`;
      for (let round = 0; round < 12; round++) {
        for (const sender of [first, second]) {
          const { status } = await send(sender, query);
          expect({ sender, status }).toEqual({ sender, status: sender === may[2] ? 200 : 400 });
        }
      }
    }
  });

  it.each(["signed-in", "off"] as const)(
    "with INTROSPECTION=%s does not keep GraphQL over HTTP from being spoken in full",
    async (mode) => {
      const { server, person } = modes[mode];
      for (const authorization of [{}, { authorization: `Bearer ${person.token}` }]) {
        const fetchFn = (url: string, init: RequestInit = {}) => {
          const headers = { ...authorization, ...(init.headers as object) };
          return fetch(url, { ...init, headers });
        };
        const audits = serverAudits({ url: `${server.url}/graphql`, fetchFn });
        const results = [];
        for (const { fn } of audits) results.push(await fn());
        expect(results.filter(({ status }) => status === "ok")).toHaveLength(61);
      }
    },
    60_000,
  );
});

describe("check 96: a slip", () => {
  const list = "query ($f: TaskFilter, $o: TaskOrder) { tasks(filter: $f, orderBy: $o) { totalCount } }";
  /** With the names that the schema would put right, none of which the request has. */
  const slips: [where: string, names: RegExp, query: string, variables?: object][] = [
    ["a field", /\bemail\b|User/, "{ viewer { emial } }"],
    ["a root field", /\btasks?\b/, "{ taks { totalCount } }"],
    ["an argument", /\bfirst\b|Query\b/, "{ tasks(frist: 1) { totalCount } }"],
    ["a type", /TaskFilter/, "query ($f: TaskFliter) { tasks(filter: $f) { totalCount } }"],
    ["a fragment's type", /TaskConnection/, "{ tasks { ... on TaskConection { totalCount } } }"],
    ["a field that an inline fragment would have", /\bTask\b/, '{ node(id: "x") { title } }'],
    ["an enum value", /URGENT|Priority/, "{ tasks(filter: { priority: [URGNT] }) { totalCount } }"],
    ["an input field", /completed|TaskFilter/, "{ tasks(filter: { compleeted: true }) { totalCount } }"],
    ["a directive", /\binclude\b/, "{ viewer { id @inclde(if: true) } }"],
    ["a directive's argument", /\bif\b/, "{ viewer { id @include(fi: true) } }"],
    ["a variable's field", /completed/, list, { f: { compleeted: true } }],
    ["a variable's enum value", /URGENT|Priority\b/, list, { f: { priority: ["URGNT"] } }],
    ["a variable without a field", /direction|OrderDirection/, list, { o: { field: "TITLE" } }],
    [
      "a variable's other enum value",
      /CREATED_AT|TaskOrderField/,
      list,
      { o: { field: "CREATED", direction: "ASC" } },
    ],
    ["a selection", /User/, "{ viewer }"],
    ["a selection of a scalar", /String/, "{ viewer { email { x } } }"],
    ["an argument left out", /ID!|\bid\b/, "{ task { title } }"],
    ["a variable of another type", /TaskFilter/, "query ($f: Int) { tasks(filter: $f) { totalCount } }"],
    ["a fragment that can't be", /TaskConnection/, "{ tasks { ... on User { email } } }"],
    ["fields that clash", /\bString\b.*\bID\b/, "{ viewer { a: email a: id } }"],
  ];
  /** What everybody knows, or the message names because the caller did. */
  const known = /Boolean|Float|ID|Int|String/;

  it.each(may)("with INTROSPECTION=%s is explained to anybody %s", async (...sender) => {
    let suggestions = 0;
    for (const [where, , query, variables] of slips) {
      const answer = await send(sender, query, variables);
      expect({ where, status: answer.status }).toEqual({ where, status: 400 });
      if (answer.text.includes("Did you mean")) suggestions++;
    }
    expect(suggestions).toBeGreaterThanOrEqual(12);
  });

  it.each(mayNot)("with INTROSPECTION=%s tells anybody %s no name of the schema", async (...sender) => {
    for (const [where, names, query, variables] of slips) {
      // Twice: the second answer is from what is kept of the first.
      for (let round = 0; round < 2; round++) {
        const answer = await send(sender, query, variables);
        expect({ where, status: answer.status }).toEqual({ where, status: 400 });
        const messages = answer.errors?.map(({ message }) => message).join("\n") ?? "";
        expect(messages).not.toContain("Did you mean");
        const told = names.exec(messages)?.[0] ?? "";
        const written = `${query} ${JSON.stringify(variables)}`;
        expect({ where, told: known.test(told) || written.includes(told) ? "" : told, messages }).toEqual({
          where,
          told: "",
          messages,
        });
      }
    }
  });

  it.each([0, 1])("is told to each as they may know it, whoever comes first (%i)", async (turn) => {
    const query = `{ viewer { emial n${turn}: id } }`;
    const senders = [mayNot[0], may[2]] as Sender[];
    for (const sender of turn === 0 ? senders : senders.toReversed()) {
      const { text } = await send(sender, query);
      expect({ sender, isTold: text.includes('Did you mean \\"email\\"') }).toEqual({
        sender,
        isTold: sender === may[2],
      });
    }
  });

  it("quotes the caller and nobody else", () => {
    const message = 'Cannot query field "titel" on type "Task". Did you mean "title" or "due"?';
    expect(withoutNames(message, "{ task { titel } }")).toBe('Cannot query field "titel" on type "…".');
    expect(withoutNames(message, "{ titel title Task }")).toBe('Cannot query field "titel" on type "Task".');
    expect(withoutNames('Value "URG', "URG")).toBe('Value "URG');
    expect(withoutNames('Value "URGENT…', "URG")).toBe('Value "……');
    expect(withoutNames('of type "[TaskOrder!]!"', "")).toBe('of type "[…!]!"');
  });
});
