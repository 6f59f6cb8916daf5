import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Leaf, replaceLeaves, shapeOf } from "../../src/db/statement-shape.ts";
import { seed } from "../helpers/seed.ts";

/** Names that a careless key would take for something else. */
const names = fc.constantFrom("a", "b", "1:a", "as", "a}", "{", "s", "n", "2:aa", "__proto");

const leaf = fc.oneof(
  fc.constantFrom<Leaf>("", "s", "}", '"1:a', "1:as", 1, -2, 3n, new Date(5), Uint8Array.of(6)),
  fc.constantFrom(true, false, null, undefined),
);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.dictionary(names, tie("value"), { maxKeys: 3 }),
    fc.array(
      tie("value").filter((item) => item !== undefined),
      { maxLength: 3 },
    ),
  ),
}));

const word = fc.oneof(fc.constantFrom("asc", "desc", "1:a"), fc.boolean());
const args = fc.record(
  {
    where: value,
    data: value,
    select: fc.dictionary(names, word, { maxKeys: 3 }),
    orderBy: fc.array(fc.dictionary(names, word, { maxKeys: 2 }), { maxLength: 2 }),
    take: fc.integer({ min: -2, max: 2 }),
  },
  { requiredKeys: [] },
);

/** The same arguments without their leaves, as JSON has them. */
function outlineOf(part: unknown, isOpen: boolean): unknown {
  if (part === null || typeof part === "boolean") return part;
  if (part instanceof Date || part instanceof Uint8Array) return { leaf: part.constructor.name };
  if (Array.isArray(part)) return ["list", ...part.map((item) => outlineOf(item, isOpen))];
  if (typeof part !== "object") return isOpen ? { leaf: typeof part } : { word: part };
  return Object.entries(part).flatMap(([name, inner]) =>
    inner === undefined ? [] : [["name", name, outlineOf(inner, isOpen)]],
  );
}

function outlineOfArgs(all: object): string {
  const parts = Object.entries(all).flatMap(([name, part]) => {
    if (part === undefined) return [];
    const sign = name === "take" && part < 0 ? "last" : "";
    return [[name, sign, outlineOf(part, name === "where" || name === "data" || name === "take")]];
  });
  return JSON.stringify(parts);
}

describe(`an operation's shape (TEST_SEED=${seed})`, () => {
  it("is the same for arguments that differ in their leaves alone, and for no others", () => {
    const property = fc.property(fc.tuple(args, args), ([one, other]) => {
      const isSame = outlineOfArgs(one) === outlineOfArgs(other);
      expect(shapeOf(one)?.key === shapeOf(other)?.key).toBe(isSame);
      expect(shapeOf(one)).not.toBeNull();
    });
    fc.assert(property, { seed, numRuns: 3000 });
    const few = fc.array(fc.record({ where: value }), { minLength: 60, maxLength: 60 });
    const among = fc.property(few, (all) => {
      const keys = new Map<string | undefined, string>();
      for (const each of all) {
        const key = shapeOf(each)?.key;
        expect(keys.get(key) ?? outlineOfArgs(each)).toBe(outlineOfArgs(each));
        keys.set(key, outlineOfArgs(each));
      }
      expect(new Set(keys.values()).size).toBe(keys.size);
    });
    fc.assert(among, { seed, numRuns: 60 });
  });

  it("has the leaves in the order in which they are replaced", () => {
    const property = fc.property(args, (all) => {
      const leaves: Leaf[] = [];
      const same = replaceLeaves(all, (each) => {
        leaves.push(each);
        return each;
      });
      expect(leaves).toEqual(shapeOf(all)?.leaves);
      expect(same).toEqual(all);
    });
    fc.assert(property, { seed, numRuns: 1000 });
  });

  it.each<[string, object]>([
    ["a function", { where: { id: () => "x" } }],
    ["a symbol", { where: { id: Symbol("x") } }],
    ["an object of a class", { where: { id: new (class Id {})() } }],
    ["a map", { where: new Map() }],
    ["an array's gap", { where: { id: { in: [undefined] } } }],
    ["half a surrogate pair", { where: { title: "\ud83d" } }],
    ["a fraction", { where: { version: 1.5 } }],
    ["no number", { where: { version: Number.NaN } }],
    ["an int of more than four bytes", { where: { version: 2 ** 31 } }],
    ["a bigint of more than eight bytes", { where: { seq: 2n ** 63n } }],
    ["no date", { where: { createdAt: new Date(Number.NaN) } }],
    ["a date after the year 9999", { where: { createdAt: new Date(Date.UTC(10_000, 0)) } }],
    ["a date before the year 0", { where: { createdAt: new Date(Date.UTC(-1, 0)) } }],
    ["an argument that is not known", { where: {}, cursor: { id: "x" } }],
    ["a number where words are", { select: { tasks: { take: 1 } } }],
    ["what has no end", { where: Object.assign({}, { AND: null as object | null }) }],
  ])("is not known where %s stands in it", (name, all) => {
    const endless = all as { where: { AND: object } };
    if (name === "what has no end") endless.where.AND = endless.where;
    expect(shapeOf(all)).toBeNull();
  });
});
