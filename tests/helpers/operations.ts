import { randomBytes } from "node:crypto";
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import { schema } from "../../src/features/schema.ts";
import { password } from "./people.ts";

type Field = GraphQLField<unknown, unknown>;

/** Every query and mutation that there is. */
export const operations = (["query", "mutation"] as const).flatMap((kind) => {
  const root = kind === "query" ? schema.getQueryType() : schema.getMutationType();
  return Object.values(root?.getFields() ?? {}).map((field: Field) => ({ kind, field }));
});

export type Operation = (typeof operations)[number];

const tomorrow = new Date(Date.now() + 86_400_000).toISOString();

const samples: Record<string, unknown> = {
  String: "text",
  ID: Buffer.from(`Task:${"0".repeat(8)}-0000-7000-8000-${"0".repeat(12)}`).toString("base64"),
  Int: 1,
  Boolean: false,
  Date: "2026-11-27",
  LocalTime: "09:30",
  DateTime: tomorrow,
};

/** A place below an argument, and what is to go there. */
type Filled = { path: readonly string[]; value: string };

/** @returns a value that a field of that type and name takes, with the given one in its place, if that is below it */
function fill(type: GraphQLInputType, name: string, filled: Filled | null): unknown {
  const plain = getNullableType(type);
  if (isListType(plain)) return [fill(plain.ofType, name, filled)];
  if (isInputObjectType(plain)) {
    const fields = Object.values(plain.getFields()).map((field) => {
      const [first, ...path] = filled?.path ?? [];
      const below = filled && first === field.name ? { ...filled, path } : null;
      return [field.name, fill(field.type, field.name, below)];
    });
    return Object.fromEntries(fields);
  }
  if (filled !== null) return filled.value;
  if (name === "email") return `${randomBytes(6).toString("hex")}@example.com`;
  if (/password/i.test(name)) return password;
  if (name === "timeZone") return "Europe/Berlin";
  if (isEnumType(plain)) return plain.getValues()[0]?.name;
  return samples[plain.name];
}

/**
 * An operation of one field with all that it needs, and more below: everything that its input has.
 *
 * @param select what is asked of the answer, in braces; empty for a scalar
 * @param path the argument and fields of the place for which `variables` takes a value
 */
export function writeOperation({ kind, field }: Operation, select: string, path: readonly string[] = []) {
  const needed = field.args.filter((arg) => arg.name === path[0] || isNonNullType(arg.type));
  const list = (parts: string[]) => (parts.length === 0 ? "" : `(${parts.join(", ")})`);
  const declared = list(needed.map((arg) => `$${arg.name}: ${arg.type}`));
  const given = list(needed.map((arg) => `${arg.name}: $${arg.name}`));
  return {
    document: `${kind} ${declared} { ${field.name}${given} ${select} }`,
    /** @returns variables that are as they should be but for the value */
    variables: (value = ""): Record<string, unknown> => {
      const filled = { path: path.slice(1), value };
      const entries = needed.map((arg) => [
        arg.name,
        fill(arg.type, arg.name, arg.name === path[0] ? filled : null),
      ]);
      return Object.fromEntries(entries);
    },
  };
}

/** Everything of a type that needs no argument, some levels deep; of a union or an interface everything of each of its types. */
export function selectAll(type: GraphQLOutputType, depth = 3): string {
  const named = getNamedType(type);
  if (isAbstractType(named)) {
    const parts = schema
      .getPossibleTypes(named)
      .map((each) => `... on ${each.name} ${selectAll(each, depth)}`);
    return `{ __typename ${parts.join(" ")} }`;
  }
  if (!isObjectType(named)) return "";
  const fields = depth === 0 ? [] : Object.values(named.getFields());
  const simple = fields.filter(({ args }) => !args.some((arg) => isNonNullType(arg.type)));
  return `{ __typename ${simple.map((field) => `${field.name} ${selectAll(field.type, depth - 1)}`).join(" ")} }`;
}
