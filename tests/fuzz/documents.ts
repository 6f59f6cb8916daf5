import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedOutputType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isNonNullType,
  isObjectType,
} from "graphql";
import { schema } from "../../src/features/schema.ts";
import { inheritedNames, makeOdd } from "./odd.ts";
import { makeValue, type Source } from "./values.ts";

/** What a GraphQL request says; the variables are JSON text, since no object could hold all that they may be. */
export type Operation = { query: string; variables: string; operationName: string | null };

/** What would end the session that the other inputs need; tried on sessions of their own. */
const endings = new Set(["logout", "revokeOtherSessions"]);

/** A document in the making. */
type Draft = Source & {
  variables: { name: string; definition: string; json: string | null }[];
  fragments: string[];
};

/** @returns an operation that walks from a root of the schema, valid unless chance has it otherwise */
export function makeDocument(source: Source): Operation {
  const { random } = source;
  const draft: Draft = { ...source, variables: [], fragments: [] };
  const type = random.weighted({ query: 13, mutation: 6, subscription: 0.2 });
  const root = type === "mutation" ? schema.getMutationType() : schema.getQueryType();
  const name = random.chance(0.6) ? ` ${random.pick(["Q", "Fuzz", "__schema", ...inheritedNames])}` : "";
  const body = root ? makeSelection(draft, root, 0) : "{ a }";
  const definitions = draft.variables.map(({ definition }) => definition);
  if (random.chance(0.03)) definitions.push("$unused: Int");
  const head = definitions.length > 0 ? `(${definitions.join(", ")})` : "";
  const others = draft.fragments;
  if (random.chance(0.02)) others.push("query Other { viewer { id } }");
  if (random.chance(0.02)) others.push("fragment Unused on Task { id }");
  return {
    query: [`${type}${name}${head}${makeDirective(draft, 0.01)} ${body}`, ...others].join("\n"),
    variables: variablesOf(draft),
    operationName: random.chance(0.06) ? random.pick(["Other", "Missing", name.trim(), ""]) : null,
  };
}

function variablesOf({ variables, random, oddness }: Draft): string {
  const given = variables.flatMap(({ name, json }) =>
    json === null ? [] : [`${JSON.stringify(name)}:${json}`],
  );
  if (random.chance(oddness / 4)) given.push(`"${random.pick(inheritedNames)}":${makeOdd(random).json}`);
  return `{${given.join(",")}}`;
}

function makeSelection(draft: Draft, type: GraphQLNamedOutputType, depth: number): string {
  const { random } = draft;
  const fields: GraphQLField<unknown, unknown>[] = "getFields" in type ? Object.values(type.getFields()) : [];
  const usable = fields.filter(({ name }) => !endings.has(name));
  const isMutation = type === schema.getMutationType();
  const count = isMutation && random.chance(0.9) ? 1 : random.chance(0.03) ? 20 : random.between(1, 4);
  const parts: string[] = [];
  for (let n = 0; n < count; n++) {
    const [field] = usable.length > 0 && random.chance(0.93) ? [random.pick(usable)] : [];
    parts.push(field ? makeField(draft, field, depth) : makeOther(draft, type, depth));
  }
  return `{ ${parts.join(" ")} }`;
}

function makeField(draft: Draft, field: GraphQLField<unknown, unknown>, depth: number): string {
  const { random } = draft;
  const alias = random.chance(0.12) ? `${random.pick(["a", "b", "id", "__a", ...inheritedNames])}: ` : "";
  const type = getNamedType(field.type);
  const isLeaf = !isCompositeType(type);
  const isBent = random.chance(draft.oddness / 6);
  const name = random.chance(draft.oddness / 10) ? `${field.name}s` : field.name;
  const tooDeep = depth > 5 && !random.chance(0.2);
  const below =
    isLeaf !== isBent
      ? ""
      : ` ${tooDeep || isLeaf ? "{ __typename }" : makeSelection(draft, type, depth + 1)}`;
  return `${alias}${name}${makeArguments(draft, field.args)}${makeDirective(draft, 0.04)}${below}`;
}

/** What a selection may hold besides fields of its type: fragments, names that every type has, and others. */
function makeOther(draft: Draft, type: GraphQLNamedOutputType, depth: number): string {
  const { random } = draft;
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  const kind = random.weighted({ typename: 3, inline: 6, named: 4, unknown: 1, stray: 1, schema: 1 });
  if (kind === "typename" || depth > 8) return "__typename";
  if (kind === "unknown") return random.pick(["nothing", "hashedPassword", "_entities", ...inheritedNames]);
  if (kind === "schema")
    return random.pick(["__schema { types { name } }", '__type(name: "Task") { fields { name } }', "__type"]);
  if (kind === "stray")
    return random.pick(["...Missing", "... on Nothing { id }", "... on Int { a }", "...on"]);
  const target = random.chance(0.95)
    ? random.pick([...possible, type])
    : (schema.getType("Task") as typeof type);
  const body = makeSelection(draft, target, depth + 1);
  if (kind === "inline")
    return `...${random.chance(0.9) ? ` on ${target.name}` : ""}${makeDirective(draft, 0.1)} ${body}`;
  const name = `F${draft.fragments.length}`;
  const again = random.chance(0.1) ? ` ...${random.pick([name, "F0", "F1"])}` : "";
  draft.fragments.push(`fragment ${name} on ${target.name} ${body.slice(0, -1)}${again} }`);
  return `...${name}`;
}

function makeArguments(draft: Draft, args: readonly GraphQLArgument[]): string {
  const { random, oddness } = draft;
  const given = args.filter(({ type }) => random.chance(isNonNullType(type) ? 1 - oddness / 4 : 0.35));
  const parts = given.map((argument) => `${argument.name}: ${makeArgument(draft, argument)}`);
  if (random.chance(oddness / 8)) parts.push(`${random.pick(["where", "id", ...inheritedNames])}: 1`);
  return parts.length > 0 ? `(${parts.join(", ")})` : "";
}

function makeArgument(draft: Draft, { type, name }: GraphQLArgument): string {
  const { random, oddness } = draft;
  const value = makeValue(draft, type, name);
  if (random.chance(0.4)) return value.literal;
  const variable = random.chance(0.05) ? random.pick(inheritedNames) : `v${draft.variables.length}`;
  const written = random.chance(oddness / 4)
    ? random.pick(["Int", "String!", "[ID!]", "Task", "Nothing"])
    : String(type);
  const hasDefault = random.chance(0.1);
  const fallback = hasDefault ? ` = ${makeValue(draft, type, name).literal}` : "";
  const isGiven = !random.chance(hasDefault ? 0.5 : oddness / 4);
  if (!random.chance(oddness / 6))
    draft.variables.push({
      name: variable,
      definition: `$${variable}: ${written}${fallback}`,
      json: isGiven ? value.json : null,
    });
  return `$${variable}`;
}

function makeDirective({ random }: Draft, probability: number): string {
  if (!random.chance(probability)) return "";
  return ` ${random.pick(["@include(if: true)", "@skip(if: true)", "@skip", "@aa", "@include(if: $missing)", "@deprecated", "@defer", "@skip(if: false) @skip(if: false)"])}`;
}
