import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from "graphql";
import type { Stock } from "./cast.ts";
import { mangleText } from "./mangle.ts";
import {
  inheritedNames,
  makeNumber,
  makeOdd,
  makeText,
  ofEnum,
  ofFields,
  ofList,
  ofText,
  type Value,
} from "./odd.ts";
import type { Random } from "./random.ts";

/** What values are made from: chance, what may be named, and how often a value is of another type than asked for. */
export type Source = { random: Random; stock: Stock; oddness: number };

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** @returns an id of somebody's, or something like one */
export function makeId({ random, stock, oddness }: Source): string {
  const id = random.pick(stock.ids);
  if (!random.chance(oddness * 3)) return id;
  const [type = "", uuid = ""] = Buffer.from(id, "base64").toString().split(":");
  const other = random.pick([
    "Task",
    "User",
    "Session",
    "PersonalToken",
    "SecurityEvent",
    "Query",
    "__proto__",
  ]);
  return random.pick([
    uuid,
    base64(`${other}:${uuid}`),
    base64(`${type}:${uuid.toUpperCase()}`),
    base64(`${type}:{${uuid}}`),
    base64(`${type}:${uuid}\0`),
    base64(`${type}:../${uuid}`),
    base64(type),
    base64(`${type}:${"a".repeat(200)}`),
    // Nobody's, and the same each time.
    base64("Task:01890000-0000-7000-8000-00000000000a"),
    id.slice(0, -random.between(1, 12)),
    id.replace(/=*$/, "=="),
    id.toLowerCase(),
    `${id}\n`,
    mangleText(id, random),
    makeText(random),
  ]);
}

/** @returns a cursor of somebody's, of this list or another, or something like one */
export function makeCursor({ random, stock, oddness }: Source): string {
  const cursor = random.pick(stock.cursors);
  if (!random.chance(oddness * 3)) return cursor;
  const decoded = Buffer.from(cursor, "base64").toString("latin1");
  return random.pick([
    mangleText(cursor, random),
    Buffer.from(mangleText(decoded, random), "latin1").toString("base64"),
    Buffer.from(mangleText(decoded, random), "latin1").toString("base64url"),
    cursor.slice(0, random.below(cursor.length)),
    random.pick(stock.ids),
    makeText(random),
  ]);
}

const dates = [
  "2026-11-21",
  "0001-01-01",
  "9999-12-31",
  "0000-01-01",
  "10000-01-01",
  "2026-02-30",
  "2028-02-29",
];
const times = ["09:30", "00:00", "23:59", "24:00", "02:30", "9:30", "23:59:60"];
const instants = [
  "2027-11-21T09:30:00Z",
  "2026-11-21T09:30:00.123456789+14:00",
  "9999-12-31T23:59:59Z",
  "0001-01-01T00:00:00+23:59",
  "2026-12-31T23:59:60Z",
  "2026-11-21T09:30:00",
];
const zones = [
  "Europe/Berlin",
  "UTC",
  "America/New_York",
  "Pacific/Apia",
  "+05:30",
  "Mars/Olympus",
  "../etc/passwd",
];

/** What goes into a text, by the name of its place. */
const textsByName: Record<string, (source: Source) => string> = {
  after: makeCursor,
  before: makeCursor,
  timeZone: ({ random }) => random.pick(zones),
  // Nobody's: what is tried on an account is noted there.
  email: ({ random }) =>
    random.pick([`fuzz-${random.below(1e9)}@example.com`, "nobody@example.com", makeText(random)]),
};

const scalars: Record<string, (source: Source, name: string) => Value> = {
  ID: (source) => ofText(makeId(source)),
  String: (source, name) => ofText((textsByName[name] ?? (({ random }) => makeText(random)))(source)),
  Int: ({ random }) => (random.chance(0.7) ? ofNumber(random.between(1, 20)) : makeNumber(random)),
  Boolean: ({ random }) => ofNumber(random.chance(0.5)),
  Date: ({ random }) => ofText(random.pick(dates)),
  LocalTime: ({ random }) => ofText(random.pick(times)),
  DateTime: ({ random }) => ofText(random.pick(instants)),
};

const ofNumber = (value: number | boolean): Value => ({ literal: String(value), json: String(value) });

/** @returns a value for a place that takes a type: of this type, mostly */
export function makeValue(source: Source, type: GraphQLInputType, name: string): Value {
  const { random, oddness } = source;
  if (random.chance(oddness)) return makeOdd(random);
  if (isNonNullType(type)) return makeValue(source, type.ofType, name);
  if (random.chance(oddness / 2)) return { literal: "null", json: "null" };
  if (isListType(type)) {
    const length = random.chance(0.02) ? random.pick([100, 101, 900, 1_001]) : random.below(4);
    return ofList(Array.from({ length }, () => makeValue(source, type.ofType, name)));
  }
  if (isEnumType(type)) return ofEnum(random.pick(type.getValues()).name);
  if (isInputObjectType(type)) return makeObject(source, type);
  return scalars[type.name]?.(source, name) ?? makeOdd(random);
}

function makeObject(source: Source, type: GraphQLInputObjectType): Value {
  const { random, oddness } = source;
  const fields = Object.values(type.getFields())
    .filter((field) => random.chance(isNonNullType(field.type) ? 1 - oddness / 3 : 0.5))
    .map((field) => [field.name, makeValue(source, field.type, field.name)] as const);
  if (random.chance(oddness / 3))
    fields.push([random.pick([...inheritedNames, "userId", "role"]), makeOdd(random)]);
  if (fields[0] && random.chance(oddness / 5)) fields.push(fields[0]);
  return ofFields(fields);
}
