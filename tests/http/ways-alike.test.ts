import { afterAll, beforeAll, expect, it } from "vitest";
import { makeOdd } from "../fuzz/odd.ts";
import { createRandom, type Random } from "../fuzz/random.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

const seed = Number(process.env.WAYS_SEED ?? 1127);
const documents = 80;
const variableSets = 12;

let server: TestServer;
let person: Person;
let id: string;

beforeAll(async () => {
  // Kept answers would be given without executing anything.
  server = await startServer({ graphql: { answerCache: false } });
  person = await signUp(server);
  for (const priority of ["HIGH", "LOW", "NONE"])
    id = await person.addTask({ title: priority, priority, due: { date: "2026-11-21" } });
});
afterAll(() => server.close());

/** An input type, with values of it as they stand in a document and as JSON. */
type Input = { type: string; literals: string[]; values: string[] };

const int: Input = {
  type: "Int",
  literals: ["1", "2", "null"],
  values: ["1", "2", "50", "101", "-1", "1.0"],
};
const text: Input = { type: "String", literals: ["null"], values: ['"high"', '""', '"1"', "null"] };
const ids = (): Input => ({ type: "ID", literals: ["7"], values: [JSON.stringify(id), '"x"', "7"] });
const date: Input = { type: "Date", literals: ["null"], values: ['"2026-11-21"', '"2026-13-01"', "null"] };
const bool: Input = { type: "Boolean", literals: ["true", "false"], values: ["true", "false", "null"] };
const priorities: Input = {
  type: "[Priority!]",
  literals: ["[HIGH, LOW]", "HIGH", "[]", "null"],
  values: ['["HIGH","LOW"]', '"HIGH"', "[]", "[null]", "null", '["URGNT"]', "[1]"],
};
const order: Input = {
  type: "TaskOrder",
  literals: ["{ field: PRIORITY, direction: DESC }"],
  values: [
    '{"field":"TITLE","direction":"ASC"}',
    '{"field":"DUE"}',
    "[]",
    "{}",
    '[{"field":"DUE","direction":"ASC"}]',
  ],
};
const filter: Input = {
  type: "TaskFilter",
  literals: ["{ completed: false }", "{ priority: HIGH }", "{}", "null"],
  values: [
    '{"completed":false}',
    '{"priority":"HIGH"}',
    '{"priority":["HIGH",["LOW"]]}',
    '{"search":null}',
    '{"__proto__":{"completed":true}}',
    '{"completed":false,"nope":1}',
    '{"constructor":null}',
    "[]",
    "{}",
    "null",
  ],
};
const pageArgs = { first: int, last: int, after: text, before: text };
const taskArgs = { ...pageArgs, filter, orderBy: order };
const inner = { completed: bool, priority: priorities, search: text, dueFrom: date };

type Variable = { name: string; declaration: string; input: Input };
type Made = { query: string; variables: Variable[] };

function makeDocument(random: Random): Made {
  const variables: Variable[] = [];
  // Names and conditions that are easily taken for something else.
  const isOdd = random.chance(0.25);

  function writeValue(input: Input, isRequired = false): string {
    if (random.chance(0.35) && !isRequired) return random.pick(input.literals);
    const name = isOdd && random.chance(0.1) ? "__proto__" : `v${variables.length}`;
    if (variables.some((variable) => variable.name === name)) return random.pick(input.literals);
    const isNonNull = isRequired || random.chance(0.2);
    const literal = random.pick(input.literals);
    const hasDefault = literal !== "null" && !isRequired && random.chance(0.3);
    const type = `${input.type}${isNonNull ? "!" : ""}`;
    variables.push({ name, input, declaration: `$${name}: ${type}${hasDefault ? ` = ${literal}` : ""}` });
    return `$${name}`;
  }

  function argsOf(args: Record<string, Input>): string {
    const names = Object.keys(args).filter(() => random.chance(0.35));
    const given = names.map((name) => {
      const isTaken = name === "filter" && random.chance(0.4);
      return `${name}: ${isTaken ? fieldsOf() : writeValue(args[name] as Input)}`;
    });
    return given.length === 0 ? "" : `(${given.join(", ")})`;
  }

  function fieldsOf(): string {
    const names = Object.keys(inner).filter(() => random.chance(0.5));
    return `{ ${names.map((name) => `${name}: ${writeValue(inner[name as keyof typeof inner])}`).join(", ")} }`;
  }

  const plainAliases = ["", "", "a: ", "b: ", "constructor: ", "then: "];
  const alias = () => random.pick([...plainAliases, ...(isOdd ? ["__proto__: ", "a_title: "] : [])]);
  const condition = () => (isOdd ? random.pick(["", "", "@include(if: true)", "@skip(if: true)"]) : "");
  const task = () => `{ ${alias()}title ${condition()} ${alias()}id ...T ${condition()} }`;
  const list = (): Input => ({ ...ids(), type: "[ID!]", values: [`["${id}"]`, `"${id}"`, "[null]"] });
  const kinds = {
    tasks: () => `tasks ${argsOf(taskArgs)} { totalCount edges { ${alias()}node ${task()} } }`,
    task: () => `task(id: ${writeValue(ids(), true)}) ${task()}`,
    nodes: () => `nodes(ids: ${writeValue(list(), true)}) { id __typename }`,
    tokens: () => `personalTokens ${argsOf(pageArgs)} { totalCount pageInfo { endCursor } }`,
    viewer: () => `viewer ${condition()} { ${alias()}name ${alias()}email }`,
  };
  const root = (index: number) => {
    const kind = random.weighted({ tasks: 5, task: 1, nodes: 1, tokens: 1, viewer: 1 });
    return `${isOdd ? random.pick(["r", "r_", "__r"]) : "r"}${index}: ${kinds[kind]()}`;
  };
  const roots = Array.from({ length: random.between(1, 2) }, (_, index) => root(index)).join(" ");
  const head = variables.map(({ declaration }) => declaration).join(", ");
  const fragment = roots.includes("...T") ? "fragment T on Task { version t: title }" : "";
  return { query: `query ${head && `(${head})`} { ${roots} } ${fragment}`, variables };
}

/** @returns the JSON of values for variables, some of them left out, null, or of any other type */
function makeValues(random: Random, variables: Variable[]): string {
  const given = variables.flatMap(({ name, input }) => {
    const kind = random.weighted({ own: 13, odd: 3, nothing: 2, null: 1 });
    if (kind === "nothing") return [];
    const value =
      kind === "own" ? random.pick(input.values) : kind === "null" ? "null" : makeOdd(random).json;
    return [`${JSON.stringify(name)}:${value}`];
  });
  return `{${given.join(",")}}`;
}

type Sent = { query: string; variables: string; asksForCost?: boolean };

/** @returns what is answered, without what is said besides data and errors */
async function send({ query, variables, asksForCost = false }: Sent): Promise<string> {
  const extensions = JSON.stringify({ cost: asksForCost });
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${person.token}` },
    body: `{"query":${JSON.stringify(query)},"variables":${variables},"extensions":${extensions}}`,
  });
  const text = (await response.text()).replace(
    /,"extensions":\{"cost":\{"requested":\d+,"limit":\d+\}\}\}$/,
    "}",
  );
  return `${response.status} ${response.headers.get("content-type")} ${text}`;
}

it("documents and variables by chance are answered alike by all ways", async () => {
  const answers = new Map<string, number>();
  for (let index = 0; index < documents; index++) {
    const random = createRandom(seed, index);
    const { query, variables } = makeDocument(random);
    const sets = Array.from({ length: variableSets }, () => makeValues(random, variables));
    for (const [turn, set] of sets.entries()) {
      const again = await send({ query, variables: set });
      const anew = await send({ query: `${query} # ${index} ${turn}`, variables: set });
      // Whoever asks what it costs is answered by Yoga.
      const byYoga = await send({ query, variables: set, asksForCost: true });
      expect([again, byYoga], `WAYS_SEED=${seed}, ${index}: ${query} ${set}`).toEqual([anew, anew]);
      const kind = anew.includes('"errors"') ? "refused" : "answered";
      answers.set(kind, (answers.get(kind) ?? 0) + 1);
    }
  }
  // Enough of both, or it would say little.
  expect(Math.min(answers.get("answered") ?? 0, answers.get("refused") ?? 0)).toBeGreaterThan(100);
}, 120_000);
