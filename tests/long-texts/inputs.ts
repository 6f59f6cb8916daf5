import { randomBytes } from "node:crypto";
import {
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from "graphql";
import { schema } from "../../src/features/schema.ts";
import { password } from "../helpers/people.ts";

/** A place in the schema that takes a text, and what sends one there. */
export type Place = {
  /** Like "mutation createTask input.due.timeZone". */
  name: string;
  query: string;
  /** @returns variables that are as they should be but for the text */
  variables(text: string): object;
};

/** A text is sent for these as well as for a String: they are made of it. */
const isText = (type: GraphQLInputType) =>
  ["String", "ID", "Date", "DateTime", "LocalTime"].includes(getNamedType(type).name);

const samples: Record<string, () => unknown> = {
  String: () => "text",
  ID: () => Buffer.from(`Task:${"0".repeat(8)}-0000-7000-8000-${"0".repeat(12)}`).toString("base64"),
  Int: () => 1,
  Boolean: () => false,
  Date: () => "2026-11-27",
  LocalTime: () => "09:30",
  DateTime: () => new Date(Date.now() + 86_400_000).toISOString(),
};

/** @returns a value that a field of that type and name takes, with the text at the place, if that is below it */
function fill(type: GraphQLInputType, name: string, place: readonly string[] | null, text: string): unknown {
  const plain = getNullableType(type);
  if (isListType(plain)) return [fill(plain.ofType, name, place, text)];
  if (isInputObjectType(plain)) {
    const fields = Object.values(plain.getFields());
    return Object.fromEntries(
      fields.map((field) => {
        const isOnTheWay = place?.[0] === field.name;
        return [field.name, fill(field.type, field.name, isOnTheWay ? place.slice(1) : null, text)];
      }),
    );
  }
  if (place !== null) return text;
  if (name === "email") return `${randomBytes(6).toString("hex")}@example.com`;
  if (/password/i.test(name)) return password;
  if (name === "timeZone") return "Europe/Berlin";
  if (isEnumType(plain)) return plain.getValues()[0]?.name;
  return samples[plain.name]?.();
}

/** @returns the paths below an argument at which texts are taken */
function findTexts(type: GraphQLInputType): string[][] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return isText(type) ? [[]] : [];
  const fields = Object.values(named.getFields());
  return fields.flatMap((field) => findTexts(field.type).map((path) => [field.name, ...path]));
}

function select(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return "";
  const canRefuse =
    isAbstractType(named) && schema.getPossibleTypes(named).some(({ name }) => name === "ValidationError");
  return canRefuse
    ? "{ __typename ... on ValidationError { fieldErrors { path message } } }"
    : "{ __typename }";
}

/** Every place of the schema that takes a text, so that one that is added is among them. */
export function findPlaces(): Place[] {
  return (["query", "mutation"] as const).flatMap((kind) => {
    const root = kind === "query" ? schema.getQueryType() : schema.getMutationType();
    return Object.values(root?.getFields() ?? {}).flatMap((field) =>
      field.args.flatMap((argument) =>
        findTexts(argument.type).map((path): Place => {
          const needed = field.args.filter((arg) => arg === argument || isNonNullType(arg.type));
          const declared = needed.map((arg) => `$${arg.name}: ${arg.type}`).join(", ");
          const given = needed.map((arg) => `${arg.name}: $${arg.name}`).join(", ");
          return {
            name: [kind, field.name, [argument.name, ...path].join(".")].join(" "),
            query: `${kind} (${declared}) { ${field.name}(${given}) ${select(field.type)} }`,
            variables: (text) =>
              Object.fromEntries(
                needed.map((arg) => [
                  arg.name,
                  fill(arg.type, arg.name, arg === argument ? path : null, text),
                ]),
              ),
          };
        }),
      ),
    );
  });
}
