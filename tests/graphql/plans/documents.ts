import {
  GraphQLBoolean,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  GraphQLNonNull,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { Random } from "../../fuzz/random.ts";
import { knownIds } from "./world.ts";

type Chance = Pick<Random, "between" | "chance" | "pick">;

/** A value as it stands in a document, and as JSON; `undefined` for one that is left out. */
type Value = { literal: string; json: unknown };

type Variable = { name: string; definition: string; values: unknown[] };

export type MadeDocument = {
  query: string;
  /** Variables for several requests. */
  requests: Record<string, unknown>[];
};

const requestsEach = 3;

/** Arguments that most values are wrong for, whatever their type. */
const cursors = new Set(["after", "before"]);

const requiredBoolean = new GraphQLNonNull(GraphQLBoolean);

/** Chosen at random each time they are made. */
const unlike = new Set(["secret"]);

const names = [
  "a",
  "b",
  "c_a",
  "then",
  "__proto__",
  "constructor",
  "toString",
  "toJSON",
  "id",
  "title",
  "node",
];

const cursor = (content: unknown) => Buffer.from(JSON.stringify(content)).toString("base64url");
const scalars: Record<string, unknown[]> = {
  Int: [0, 1, 2, 3, 50, 100, 101, -1],
  Boolean: [true, false],
  ID: knownIds,
  String: [
    "",
    "milk",
    'a "b" \\ \u2028',
    "Europe/Vienna",
    "UTC",
    cursor(["CREATED_AT", null, "01890000-0000-7000-8000-000000000001"]),
    cursor(["TITLE", "t", "01890000-0000-7000-8000-000000000001"]),
  ],
  Date: ["2026-11-27", "0001-01-01", "9999-12-31"],
  LocalTime: ["09:30", "00:00"],
  DateTime: ["2026-11-27T10:00:00Z", "9999-12-31T23:59:59.999Z"],
};
const wrong: unknown[] = [
  null,
  7,
  -0.5,
  "nope",
  true,
  [],
  ["x"],
  {},
  { a: 1 },
  [[null]],
  { __proto__: null },
];

/** Makes an operation over a schema: mostly one that is valid, and whose variables are. */
export function makeDocument(schema: GraphQLSchema, chance: Chance): MadeDocument {
  const variables: Variable[] = [];
  const fragments: { name: string; type: GraphQLCompositeType; text: string }[] = [];
  /** What each name in the answer stands for, so that fields can be merged. */
  const meanings = new Map<string, string>();
  let left = chance.between(3, 40);

  function variableOf(type: GraphQLInputType, make: () => Value): string {
    const name =
      chance.chance(0.08) && !variables.some((each) => each.name === "__proto__")
        ? "__proto__"
        : `v${variables.length}`;
    const known = make();
    const hasDefault = known.literal !== "null" && chance.chance(0.3);
    const isRequired = isNonNullType(type);
    const inner = isRequired ? type.ofType : type;
    const mark = (isRequired && !hasDefault) || chance.chance(0.2) ? "!" : "";
    const values = Array.from({ length: requestsEach }, () => {
      if (chance.chance(0.06)) return undefined;
      return chance.chance(0.03) ? chance.pick(wrong) : make().json;
    });
    variables.push({
      name,
      definition: `$${name}: ${inner}${mark}${hasDefault ? ` = ${known.literal}` : ""}`,
      values,
    });
    return `$${name}`;
  }

  /** @returns a value of a type, or a variable for it; the JSON is of no use where variables are in it */
  function makeValue(type: GraphQLInputType, isFixed: boolean): Value {
    if (!isFixed && chance.chance(0.3))
      return { literal: variableOf(type, () => makeValue(type, true)), json: null };
    if (isNonNullType(type)) return makePresent(type.ofType, isFixed);
    return chance.chance(0.1) ? { literal: "null", json: null } : makePresent(type, isFixed);
  }

  function makePresent(type: GraphQLInputType, isFixed: boolean): Value {
    if (isListType(type)) {
      if (chance.chance(0.2))
        return makePresent(isNonNullType(type.ofType) ? type.ofType.ofType : type.ofType, true);
      const items = Array.from({ length: chance.between(0, 3) }, () => makeValue(type.ofType, isFixed));
      return { literal: `[${items.map(({ literal }) => literal)}]`, json: items.map(({ json }) => json) };
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || chance.chance(0.4),
      );
      const values = fields.map((field) => [field.name, makeValue(field.type, isFixed)] as const);
      return {
        literal: `{ ${values.map(([name, { literal }]) => `${name}: ${literal}`)} }`,
        json: Object.fromEntries(values.map(([name, { json }]) => [name, json])),
      };
    }
    if (isEnumType(type)) {
      const { name } = chance.pick(type.getValues());
      return { literal: name, json: name };
    }
    const json = chance.pick(scalars[String(type)] ?? [null]);
    return { literal: JSON.stringify(json), json };
  }

  function condition(): string {
    if (chance.chance(0.8)) return "";
    const kind = chance.pick(["skip", "include"]);
    const other = chance.chance(0.1)
      ? ` @${kind === "skip" ? "include" : "skip"}(if: ${chance.chance(0.5)})`
      : "";
    const known = variables
      .filter(({ definition }) => /: Boolean(! |!$| = )/.test(definition))
      .map(({ name }) => `$${name}`);
    const value = chance.chance(0.4)
      ? `${chance.chance(0.5)}`
      : known.length > 0 && chance.chance(0.5)
        ? chance.pick(known)
        : variableOf(requiredBoolean, () => makePresent(GraphQLBoolean, true));
    return ` @${kind}(if: ${value})${other}`;
  }

  function fieldOf(field: GraphQLField<unknown, unknown>, depth: number): string {
    const key = chance.chance(0.25) ? chance.pick(names) : field.name;
    const args = field.args
      .filter(({ name, type }) => isNonNullType(type) || chance.chance(cursors.has(name) ? 0.1 : 0.4))
      .map((arg) => `${arg.name}: ${makeValue(arg.type, false).literal}`);
    const text = `${field.name}${args.length > 0 ? `(${args.join(", ")})` : ""}`;
    // The same name again is the same field.
    const meaning =
      meanings.get(key)?.startsWith(field.name) === true
        ? meanings.get(key)
        : meanings.has(key)
          ? null
          : text;
    const [name, call] = meaning ? [key, meaning] : [`u${meanings.size}`, text];
    meanings.set(name, call);
    const type = getNamedType(field.type);
    const below = isCompositeType(type) ? ` ${selectionOf(type, depth + 1)}` : "";
    return `${name === field.name ? "" : `${name}: `}${call}${condition()}${below}`;
  }

  /** What a fragment in a selection of this type may be on. */
  function conditionsOn(type: GraphQLCompositeType): GraphQLCompositeType[] {
    if (isAbstractType(type))
      return [
        type,
        ...schema.getPossibleTypes(type),
        ...schema.getPossibleTypes(type).flatMap((each) => each.getInterfaces()),
      ];
    return [type, ...(isObjectType(type) ? type.getInterfaces() : [])];
  }

  function fragmentOf(type: GraphQLCompositeType, depth: number): string {
    const on = chance.pick(conditionsOn(type));
    const usable = fragments.filter((each) => each.type === on);
    if (usable.length > 0 && chance.chance(0.5)) return `...${chance.pick(usable).name}${condition()}`;
    if (chance.chance(0.6)) {
      const head = on === type && chance.chance(0.5) ? "..." : `... on ${on}`;
      return `${head}${condition()} ${selectionOf(on, depth + 1)}`;
    }
    const text = selectionOf(on, depth + 1);
    const name =
      fragments.length === 0 ? chance.pick(["F", "toString", "__proto__"]) : `F${fragments.length}`;
    fragments.push({ name, type: on, text: `fragment ${name} on ${on} ${text}` });
    return `...${name}${condition()}`;
  }

  function selectionOf(type: GraphQLCompositeType, depth: number): string {
    const fields =
      "getFields" in type ? Object.values(type.getFields()).filter(({ name }) => !unlike.has(name)) : [];
    const shallow = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    const parts: string[] = [];
    for (let count = chance.between(1, 5); count > 0 && left > 0; count--) {
      left--;
      const usable = depth > 6 ? shallow : fields;
      if (depth < 7 && chance.chance(isAbstractType(type) ? 0.7 : 0.2)) parts.push(fragmentOf(type, depth));
      else if (usable.length > 0 && chance.chance(0.92)) parts.push(fieldOf(chance.pick(usable), depth));
      else parts.push(`${chance.chance(0.3) ? "t: " : ""}__typename${condition()}`);
    }
    return `{ ${parts.join(" ") || "__typename"} }`;
  }

  const isMutation = chance.chance(0.3);
  const root = isMutation ? schema.getMutationType() : schema.getQueryType();
  if (!root) throw new Error("there is nothing to ask");
  const body = selectionOf(root, 0);
  const head = variables.map(({ definition }) => definition).join(", ");
  return {
    query: [
      `${isMutation ? "mutation" : "query"} Q${head && `(${head})`} ${body}`,
      ...fragments.map(({ text }) => text),
    ].join("\n"),
    requests: Array.from({ length: requestsEach }, (_, index) => {
      const given = variables.filter(({ values }) => values[index] !== undefined);
      return Object.fromEntries(given.map(({ name, values }) => [name, values[index]]));
    }),
  };
}
