import fc from "fast-check";
import { type OwnModel, ownTables, type PrismaOperation } from "../../src/db/own-tables.ts";
import { keepWithin as keptWithin } from "../../src/db/viewer-db.ts";
import { getDatamodel } from "../../src/generated/pothos/types.ts";
import { idOf, texts } from "./rows.ts";

/** An operation on one of the viewer's tables, as services ask for it. */
export type GeneratedCall = { model: OwnModel; operation: PrismaOperation; args: object };

/** @returns the same within what a user owns, as the viewer's tables ask for it */
export function keepWithin({ model, operation, args }: GeneratedCall, userId: string): GeneratedCall {
  return { model, operation, args: keptWithin[operation]({ [ownTables[model].owner]: userId }, args) };
}

type Field = { name: string; type: string; isList: boolean; isRequired: boolean; hasDefaultValue: boolean };

const { models } = getDatamodel().datamodel;

function fieldsOf(model: OwnModel): Field[] {
  const name = model.charAt(0).toUpperCase() + model.slice(1);
  return (models[name]?.fields ?? []).filter(({ kind }) => kind === "scalar") as Field[];
}

const uuids = new Set(["id", "userId", "inviteId"]);

const text = fc.oneof(fc.constantFrom(...texts), fc.string({ unit: "binary", maxLength: 12 }));
/** PostgreSQL stores everything but NUL. */
const storable = text.map((each) => each.replaceAll("\0", ""));
const date = fc.oneof(
  fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
  fc.constantFrom(new Date("2026-11-27T17:31:13.084Z"), new Date(0), new Date("0001-01-01")),
);

/** What the database's own checks ask of a column. */
const narrow: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  purpose: fc.constantFrom("reset", "verify"),
  priority: fc.nat(4),
  version: fc.integer({ min: 1, max: 50 }),
  title: storable.map((each) => each || "-"),
  dueLocal: date.map((at) => new Date(Math.floor(at.getTime() / 86_400_000) * 86_400_000)),
};

function valueFor({ name, type, isList }: Field): fc.Arbitrary<unknown> {
  if (isList) return fc.array(storable, { minLength: 1, maxLength: 3 });
  if (uuids.has(name)) return fc.nat(40).map(idOf);
  if (type === "Int") return fc.oneof(fc.nat(4), fc.constantFrom(2 ** 15 - 1, 0, -1));
  if (type === "BigInt") return fc.oneof(fc.bigInt(0n, 50n), fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n)));
  if (type === "Boolean") return fc.boolean();
  if (type === "DateTime") return date;
  if (type === "Bytes") return fc.uint8Array({ maxLength: 5 });
  return storable;
}

function conditionFor(field: Field): fc.Arbitrary<object> {
  const value = valueFor(field);
  const operators: fc.Arbitrary<unknown>[] = [value];
  if (field.isList) return value.map((list) => ({ [field.name]: { equals: list } }));
  operators.push(value.map((not) => ({ not })));
  if (field.type !== "Boolean")
    operators.push(fc.array(value, { maxLength: 3 }).map((list) => ({ in: list })));
  if (!["Boolean", "Bytes"].includes(field.type))
    for (const name of ["lt", "lte", "gt", "gte"]) operators.push(value.map((bound) => ({ [name]: bound })));
  if (field.type === "String" && !uuids.has(field.name))
    for (const name of ["contains", "startsWith", "endsWith"])
      operators.push(value.map((part) => ({ [name]: part })));
  if (!field.isRequired) operators.push(fc.constantFrom(null, { not: null }));
  operators.push(fc.constant(undefined));
  return fc.oneof(...operators).map((condition) => ({ [field.name]: condition }));
}

function filterFor(model: OwnModel, isChange: boolean): fc.Arbitrary<object> {
  // Two who have had the same changes have other numbers for them.
  const fields = fieldsOf(model).filter(({ name }) => name !== "seq" || !isChange);
  const condition = fc.oneof(...fields.map(conditionFor));
  const { filter } = fc.letrec<{ filter: object }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      condition,
      fc
        .tuple(fc.constantFrom("AND", "OR", "NOT"), fc.array(tie("filter"), { minLength: 1, maxLength: 3 }))
        .map(([name, parts]) => ({ [name]: parts })),
      fc.tuple(condition, tie("filter")).map(([one, other]) => ({ ...one, ...other })),
    ),
  }));
  return filter;
}

const selectFor = (model: OwnModel) =>
  fc
    .shuffledSubarray(
      fieldsOf(model).map(({ name }) => name),
      { minLength: 1 },
    )
    .map((names) => Object.fromEntries(names.map((name) => [name, true])));

const orderFor = (model: OwnModel) =>
  fc
    .shuffledSubarray(fieldsOf(model), { maxLength: 3 })
    .chain((fields) => fc.tuple(fc.constant(fields), fc.constantFrom("asc", "desc"), fc.boolean()))
    .map(([fields, sort, isLong]) => [
      ...fields.map(({ name, isRequired }) => ({
        [name]: isRequired || !isLong ? sort : { sort, nulls: "last" },
      })),
      { id: sort },
    ]);

/** Left out of what is written: whose a row is, what the database numbers, and what is nobody else's. */
const unwritten = new Set(["userId", "seq", "email", "emailKey", "inviteId", "dueTimeZone"]);

function writable(model: OwnModel): Field[] {
  return fieldsOf(model).filter(({ name }) => !unwritten.has(name) && !(model === "user" && name === "id"));
}

/** What is written: mostly what may be. */
const newValueFor = (field: Field): fc.Arbitrary<unknown> => narrow[field.name] ?? valueFor(field);

function changeFor(model: OwnModel): fc.Arbitrary<object> {
  const change = (field: Field): fc.Arbitrary<object> => {
    const values = [newValueFor(field)];
    if (!field.isRequired) values.push(fc.constant(null));
    if (field.type === "Int") values.push(fc.nat(2).map((increment) => ({ increment })));
    return fc.oneof(...values).map((value) => ({ [field.name]: value }));
  };
  const fields = writable(model).filter(({ name }) => name !== "id");
  return fc
    .subarray(fields, { minLength: 1, maxLength: 4 })
    .chain((some) => fc.tuple(...some.map(change)))
    .map((changes) => Object.assign({}, ...changes));
}

function newRowFor(model: OwnModel): fc.Arbitrary<object> {
  const fields = writable(model).map((field) => {
    const value = field.name === "id" ? fc.nat(1e9).map((n) => idOf(n + 1000)) : newValueFor(field);
    const isOptional = !field.isRequired || (field.hasDefaultValue && field.type !== "DateTime");
    const values = isOptional
      ? [value, fc.constantFrom(undefined, ...(field.isRequired ? [] : [null]))]
      : [value];
    return fc.oneof(...values).map((each) => [field.name, each] as const);
  });
  return fc.tuple(...fields).map((entries) => Object.fromEntries(entries));
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

function argsFor(model: OwnModel, operation: PrismaOperation): fc.Arbitrary<object> {
  const where = maybe(filterFor(model, !["findMany", "count"].includes(operation)));
  const select = maybe(selectFor(model));
  if (operation === "create") return fc.record({ data: newRowFor(model), select });
  if (operation === "updateMany") return fc.record({ where, data: changeFor(model) });
  if (operation === "updateManyAndReturn") return fc.record({ where, data: changeFor(model), select });
  if (operation !== "findMany") return fc.record({ where });
  const slice = { take: maybe(fc.integer({ min: 1, max: 9 })), skip: maybe(fc.nat(3)) };
  return fc.record({ where, select, orderBy: orderFor(model), ...slice });
}

/** Every operation on every table, with arguments of all kinds. */
export const calls: readonly (readonly [name: string, call: fc.Arbitrary<GeneratedCall>])[] = (
  Object.keys(ownTables) as OwnModel[]
).flatMap((model) =>
  ownTables[model].operations
    .filter((operation) => operation !== "findUnique")
    .map(
      (operation) =>
        [
          `${model}.${operation}`,
          argsFor(model, operation).map((args) => ({ model, operation, args })),
        ] as const,
    ),
);
