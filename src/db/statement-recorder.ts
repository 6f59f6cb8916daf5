import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { asUser, bound } from "./binding.ts";
import type { Statement } from "./bound-query.ts";
import type { OwnModel, PrismaOperation } from "./own-tables.ts";
import type { Db } from "./prisma.ts";
import { createRowReader, type Field, fieldKinds, type Text } from "./row-reader.ts";
import { type Column, readColumns } from "./statement-columns.ts";
import { listened } from "./statement-listener.ts";
import { nameOf } from "./statement-names.ts";
import {
  formsOf,
  leavesOf,
  markerFor,
  type Parameter,
  parameterOf,
  writeParameter,
} from "./statement-parameters.ts";
import { type Leaf, replaceLeaves } from "./statement-shape.ts";

/** What comes back for a statement. */
export type StatementResult = { readonly rows: readonly Text[][]; readonly rowCount: number | null };

/** What Prisma does for all arguments of one shape. */
export type RecordedStatement = {
  readonly name: string;
  readonly text: string;
  /** @returns the parameters' values, as Prisma's adapter gives them to pg */
  valuesOf(leaves: readonly Leaf[]): unknown[];
  /** @returns what the operation resolves to */
  resultOf(result: StatementResult): unknown;
};

/** One operation on one model. */
export type Call = { readonly model: OwnModel; readonly operation: PrismaOperation; readonly args: object };

/** How many rows a statement that returns none is said to have changed. */
const someCount = 7;

/** Rows of which no two places are the same, and one of NULLs alone; for a new row itself, and for a number, one. */
function samplesFor({ operation }: Call, columns: readonly Column[]): Text[][] {
  if (operation === "count") return [[`${someCount}`]];
  const row = (from: number): Text[] =>
    columns.map(({ kind }, at) => fieldKinds[kind]?.sample(from + at) ?? null);
  if (operation === "create") return [row(0)];
  return columns.length === 0 ? [] : [row(0), row(columns.length), columns.map(() => null)];
}

type Heard = { readonly text: string; readonly values: readonly unknown[] };

type Round = { readonly heard: Heard; readonly parameters: readonly Parameter[]; readonly answer: unknown };

/** Has Prisma run an operation with markers for its leaves, and hears what it sends and what it makes of the answer. */
async function hear(db: Db, call: Call, round: number): Promise<Round | null> {
  const { model, operation } = call;
  const markers: Leaf[] = [];
  const args = replaceLeaves(call.args, (leaf, index) => {
    const marker = markerFor(leaf, index, round);
    markers.push(marker);
    return marker;
  });
  const statements: Heard[] = [];
  function listen({ text, values = [], types }: Statement): pg.QueryArrayResult {
    statements.push({ text, values });
    const columns = readColumns(model, text);
    if (columns === null || types === undefined) throw new Error("Not to be recorded.");
    const parsers = columns.map(({ kind }) => types.getTypeParser(fieldKinds[kind]?.oid ?? 0, "text"));
    const samples = samplesFor(call, columns);
    const rows = samples.map((row) => row.map((value, at) => (value === null ? null : parsers[at]?.(value))));
    const fields = columns.map(({ name, kind }) => ({ name, dataTypeID: fieldKinds[kind]?.oid ?? 0 }));
    return { fields, rows, rowCount: columns.length === 0 ? someCount : rows.length } as pg.QueryArrayResult;
  }
  const delegate: unknown = db[model];
  const run = (delegate as Record<PrismaOperation, (args: object) => PromiseLike<unknown>>)[operation];
  // Bound to nobody, as a second fence.
  const answer = await bound(asUser(""), () => listened(listen, () => run(args)));
  const [heard, ...others] = statements;
  if (heard === undefined || others.length > 0) return null;
  const forms = formsOf(markers);
  const parameters = heard.values.map((value) => parameterOf(value, forms));
  if (!parameters.every((parameter) => parameter !== null)) return null;
  const used = new Set(parameters.flatMap(leavesOf));
  return used.size === markers.length ? { heard, parameters, answer } : null;
}

/** The row or rows of an answer, as a list. */
function rowsOf(answer: unknown): readonly object[] {
  const rows: unknown[] = Array.isArray(answer) ? answer : [answer];
  return rows.filter((row) => typeof row === "object" && row !== null);
}

/** Finds the fields in an answer by the names of their columns, in the answer's order. */
function fieldsOf(columns: readonly Column[], answer: unknown): readonly Field[] | null {
  const [row = {}] = rowsOf(answer);
  const names = columns.map(({ name }) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()));
  const fields = Object.keys(row).map((name) => {
    const column = names.indexOf(name);
    return { name, column, kind: columns[column]?.kind ?? "" };
  });
  return fields.every(({ column }) => column !== -1) ? fields : null;
}

/** @returns what makes of a statement's result what the operation resolves to; null where that is not certain */
function readerFor(call: Call, { heard, answer }: Round): RecordedStatement["resultOf"] | null {
  const columns = readColumns(call.model, heard.text);
  if (columns === null) return null;
  const { operation } = call;
  if (operation === "count") return ({ rows: [row] }) => Number(row?.[0]);
  if (operation === "updateMany" || operation === "deleteMany")
    return columns.length === 0 ? ({ rowCount }) => ({ count: rowCount ?? 0 }) : null;
  const fields = fieldsOf(columns, answer);
  if (fields === null) return null;
  const read = createRowReader(fields);
  if (operation === "create") return ({ rows: [row] }) => (row === undefined ? null : read(row));
  return ({ rows }) => rows.map(read);
}

/** Whether the reader makes of the made-up rows what Prisma made of them, in the same order of rows and fields. */
function agrees(call: Call, { heard, answer }: Round, resultOf: RecordedStatement["resultOf"]): boolean {
  const rows = samplesFor(call, readColumns(call.model, heard.text) ?? []);
  const own = resultOf({ rows, rowCount: someCount });
  const orders = [own, answer].map((each) => rowsOf(each).map((row) => Object.keys(row)));
  return isDeepStrictEqual(own, answer) && isDeepStrictEqual(orders[0], orders[1]);
}

/**
 * Leaves out an OFFSET that is none, which Prisma writes into each list, and which keeps PostgreSQL from using the
 * same plan again: with it the plan for any values looks dearer than one for these.
 */
function withoutOffset(text: string, parameters: readonly Parameter[]) {
  const last = parameters.at(-1);
  const tail = new RegExp(` OFFSET \\$${parameters.length}(?=$|\\) AS "sub"$)`);
  const isNone = last !== undefined && "constant" in last && String(last.constant) === "0";
  return isNone && tail.test(text)
    ? { text: text.replace(tail, ""), parameters: parameters.slice(0, -1) }
    : { text, parameters };
}

/**
 * Has Prisma write down what it would send for an operation, twice with different values, so that what is the shape's is
 * known from what is a value's.
 *
 * @param db made by `createDb`; nothing reaches the database
 * @returns null where it isn't one statement whose parameters and rows are all understood, the same each time
 */
export async function recordStatement(db: Db, call: Call): Promise<RecordedStatement | null> {
  try {
    const [one, other] = [await hear(db, call, 0), await hear(db, call, 1)];
    if (one === null || other === null) return null;
    const isSame = one.heard.text === other.heard.text && isDeepStrictEqual(one.parameters, other.parameters);
    const resultOf = isSame ? readerFor(call, one) : null;
    if (resultOf === null || !agrees(call, one, resultOf)) return null;
    const { text, parameters } = withoutOffset(one.heard.text, one.parameters);
    return {
      name: nameOf(text),
      text,
      valuesOf: (leaves) => parameters.map((parameter) => writeParameter(parameter, leaves)),
      resultOf,
    };
  } catch {
    // Refused by Prisma, which will say so itself when it is asked in earnest.
    return null;
  }
}
