import { isInputObjectType } from "graphql";
import { schema } from "../../src/features/schema.ts";
import {
  createDocument,
  deleteDocument,
  listDocument,
  restoreDocument,
  updateDocument,
} from "../tasks/task-api.ts";
import type { Cast, Stock } from "./cast.ts";
import { makeDocument, type Operation } from "./documents.ts";
import type { Credential, Header, Input } from "./input.ts";
import { mangleText, mangleTokens } from "./mangle.ts";
import { makeOdd, makeText, ofFields, ofText, type Value } from "./odd.ts";
import type { Random } from "./random.ts";
import { makeCursor, makeId, makeValue, type Source } from "./values.ts";

/** A credential as it is sent, and what is known of it. */
export type Sender = { credential: Credential; headers: Header[] };

/** @returns nobody's, a session's or a personal token's credential, all of which hold */
export function makeSender({ sessions, personalTokens }: Cast, random: Random): Sender {
  const who = random.weighted({ nobody: 2, session: 5, token: 2 });
  if (who === "nobody") return { credential: "none", headers: [] };
  const authorization = random.pick(who === "session" ? sessions : personalTokens);
  return { credential: "good", headers: [["Authorization", authorization]] };
}

/** @returns the body of a request */
export function bodyOf({ query, variables, operationName }: Operation, extensions?: string): string {
  const name = operationName === null ? "" : `,"operationName":${JSON.stringify(operationName)}`;
  const more = extensions === undefined ? "" : `,"extensions":${extensions}`;
  return `{"query":${JSON.stringify(query)},"variables":${variables}${name}${more}}`;
}

const accepts = ["application/graphql-response+json", "application/json", "*/*"];

/** @returns a request as any client sends it */
export function post(cast: Cast, random: Random, body: string | Buffer, sender = makeSender(cast, random)) {
  const headers: Header[] = [
    ["Host", new URL(cast.server.url).host],
    ["Content-Type", "application/json"],
    ["Accept", random.pick(accepts)],
    ...sender.headers,
  ];
  const request = { method: "POST", target: "/graphql", headers, body: Buffer.from(body) };
  return { credential: sender.credential, request };
}

const sourceOf = (random: Random, stock: Stock, oddness: number): Source => ({ random, stock, oddness });

/** A document made from the schema. */
export function makeDocumentInput(cast: Cast, random: Random): Input {
  const oddness = random.pick([0, 0.01, 0.04, 0.15]);
  const operation = makeDocument(sourceOf(random, cast.all, oddness));
  const extensions = random.chance(0.1)
    ? random.pick(['{"cost":true}', "{}", '{"cost":1}', "null"])
    : undefined;
  const times = random.chance(0.15) ? random.pick([2, 3, 6]) : 1;
  return { kind: "document", times, ...post(cast, random, bodyOf(operation, extensions)) };
}

/** Such a document with mistakes in it. The victim's ids are not in it: they might get to where texts are kept. */
export function makeMangledInput(cast: Cast, random: Random): Input {
  const operation = makeDocument(sourceOf(random, cast.own, 0.01));
  const mangle = random.chance(0.5) ? mangleTokens : mangleText;
  const query = mangle(operation.query, random);
  return { kind: "mangled document", times: 1, ...post(cast, random, bodyOf({ ...operation, query })) };
}

const nodeDocument =
  "query ($id: ID!, $ids: [ID!]!) { node(id: $id) { __typename id } nodes(ids: $ids) { id } }";
const lists = ["sessions", "personalTokens", "securityEvents"].map(
  (list) => `query ($first: Int, $after: String, $last: Int, $before: String) {
    ${list}(first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`,
);

type Fill = (source: Source) => [string, Value][];

const inputOf =
  (name: string): Fill =>
  (source) => {
    const type = schema.getType(name);
    return isInputObjectType(type) ? [["input", makeValue(source, type, "input")]] : [];
  };

const page: Fill = (source) => {
  const { random } = source;
  const number = () => makeValue(source, scalar("Int"), "first");
  const way = random.chance(0.5) ? (["first", "after"] as const) : (["last", "before"] as const);
  const cursor = random.chance(0.6) ? ([[way[1], ofText(makeCursor(source))]] as [string, Value][]) : [];
  return [[way[0], number()], ...cursor];
};

const filtered: Fill = (source) => {
  const named = ["TaskFilter", "TaskOrder"].map((name) => schema.getType(name)).filter(isInputObjectType);
  const names = ["filter", "orderBy"];
  const more = named.map((type, at): [string, Value] => [names[at] ?? "", makeValue(source, type, "filter")]);
  return [...page(source), ...more.filter(() => source.random.chance(0.6))];
};

function scalar(name: string) {
  const type = schema.getType(name);
  if (type === undefined || !("parseValue" in type)) throw new Error(`there is no scalar ${name}`);
  return type;
}

/** Documents that come again and again, so that their plans are used and their answers kept, with what goes into them. */
const known: [document: string, fill: Fill][] = [
  [listDocument, filtered],
  [createDocument, inputOf("CreateTaskInput")],
  [updateDocument, inputOf("UpdateTaskInput")],
  [deleteDocument, inputOf("DeleteTaskInput")],
  [restoreDocument, inputOf("RestoreTaskInput")],
  [
    nodeDocument,
    (source) => [
      ["id", ofText(makeId(source))],
      ["ids", makeValue(source, idList, "ids")],
    ],
  ],
  ["query ($id: ID!) { task(id: $id) { id title } }", (source) => [["id", ofText(makeId(source))]]],
  ...lists.map((document): [string, Fill] => [document, page]),
];

const idList = schema.getQueryType()?.getFields().nodes?.args[0]?.type ?? scalar("ID");

/** A known document with variables of all sorts. */
export function makeVariablesInput(cast: Cast, random: Random): Input {
  const [query, fill] = random.pick(known);
  const source = sourceOf(random, cast.all, random.pick([0, 0.05, 0.25, 0.5]));
  const fields = fill(source);
  if (random.chance(0.05))
    fields.push([random.pick(["extra", "__proto__", makeText(random)]), makeOdd(random)]);
  const variables = random.chance(0.02) ? makeOdd(random).json : ofFields(fields).json;
  const times = random.chance(0.1) ? 3 : 1;
  return {
    kind: "variables",
    times,
    ...post(cast, random, bodyOf({ query, variables, operationName: null })),
  };
}
