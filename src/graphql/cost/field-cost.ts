import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
} from "graphql";
import type { NeededScope } from "../../identity/scopes.ts";
import { defaultPageSize, maxPageSize } from "../../rules/limits.ts";
import {
  type Amount,
  argumentOf,
  type Given,
  introspectionCosts,
  type Part,
  readValue,
  usualCosts,
} from "./cost.ts";

type Field = GraphQLField<unknown, unknown>;

/** What a field costs with its arguments, whose values may be of any form: they have not been looked at yet. */
export type PriceOfArguments = (argument: (name: string) => unknown) => number;

/** What a field takes of a personal token with its arguments, likewise. */
export type ScopesOfArguments = (
  argument: (name: string) => unknown,
  schema: GraphQLSchema,
) => readonly NeededScope[];

/** What a field can have in its extensions that is looked at before it is executed. */
export type FieldExtensions = {
  /** What it costs without what is below; {@link usualCosts} where it says nothing, nothing for a scalar: it is short. */
  cost?: number | PriceOfArguments;
  /** Whether it has to be the only field of its operation, so that nobody gets several tries in one request. */
  single?: boolean;
  /** Whether its statements go along with the look-up of the session: it takes nothing of the viewer but the rows. */
  early?: boolean;
  /** What it takes of a personal token; left out: any will do. */
  scope?: NeededScope | ScopesOfArguments;
};

export const extensionsOf = (field: Field) => field.extensions as FieldExtensions;

function isConnection(type: unknown): boolean {
  if (!isObjectType(type)) return false;
  const { edges, pageInfo } = type.getFields();
  return edges !== undefined && pageInfo !== undefined;
}

const isList = (field: Field) => isListType(getNullableType(field.type));

/** The value of an argument, its default where it is left out. */
function argumentValue(node: FieldNode, field: Field, name: string, given: Given): unknown {
  const value = readValue(argumentOf(node.arguments, name), given);
  if (value !== undefined) return value;
  const fallback = field.args.find((arg) => arg.name === name)?.default;
  return fallback?.literal ? readValue(fallback.literal, given) : fallback?.value;
}

/** What is out of bounds will be refused by name, so that it need not be counted as it stands. */
const clampEntries = (entries: number, { cap }: Given) => Math.max(1, Math.min(entries, maxPageSize, cap));

/** How long a page is: as `first` says, or else `last`, or else the default. */
const pageEntries =
  (node: FieldNode, field: Field): Amount =>
  (given) => {
    const first = argumentValue(node, field, "first", given);
    const size = typeof first === "number" ? first : argumentValue(node, field, "last", given);
    return clampEntries(typeof size === "number" ? size : defaultPageSize, given);
  };

/** How many objects a list has that are named one by one; lists of other kinds are short, and count as one. */
const listEntries =
  (node: FieldNode, field: Field): Amount =>
  (given) => {
    const ids = argumentValue(node, field, "ids", given);
    return clampEntries(Array.isArray(ids) ? ids.length : 1, given);
  };

function roleOf(field: Field, parent: GraphQLCompositeType): "object" | "connection" | "entries" | "list" {
  if (isConnection(getNamedType(field.type))) return "connection";
  if (!isList(field)) return "object";
  return isConnection(parent) ? "entries" : "list";
}

/** @returns what a field takes of a personal token */
export function scopesOf(
  schema: GraphQLSchema,
  node: FieldNode,
  field: Field,
  given: Given,
): readonly NeededScope[] {
  const { scope } = extensionsOf(field);
  if (typeof scope === "function") return scope((name) => argumentValue(node, field, name, given), schema);
  return scope === undefined ? [] : [scope];
}

type Place = { node: FieldNode; field: Field; parent: GraphQLCompositeType; name: string };

/**
 * @param name in the answer
 * @param parts what is below
 * @returns what a field costs; null for a scalar, unless it says that it costs something
 */
export function partOf(
  schema: GraphQLSchema,
  { node, field, parent, name }: Place,
  parts: Part[],
): Part | null {
  const isChange = parent === schema.getMutationType() && field.name !== "__typename";
  const usual = isCompositeType(getNamedType(field.type)) ? usualCosts.object : 0;
  const declared = introspectionCosts.get(field.name) ?? extensionsOf(field).cost;
  const price = declared ?? (isChange ? usualCosts.mutation : usual);
  if (price === 0 && parts.length === 0) return null;
  const own: Amount = (given) =>
    typeof price === "number" ? price : price((name) => argumentValue(node, field, name, given));
  const role = roleOf(field, parent);
  const entries = role === "connection" ? pageEntries(node, field) : listEntries(node, field);
  return { role, name, own, entries, conditions: node.directives ?? [], parts };
}
