import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonOf } from "../../../src/graphql/plan/json.ts";
import { seed } from "../../helpers/seed.ts";

/** Texts of any UTF-16 units, which surrogates without their other half are among. */
const texts = fc
  .array(fc.oneof(fc.nat(0xffff), fc.constantFrom(0xd800, 0xdbff, 0xdc00, 0xdfff, 0x22, 0x5c, 0x1f, 0x2028)))
  .map((units) => String.fromCharCode(...units));
const values = fc.oneof(texts, fc.double(), fc.integer(), fc.boolean(), fc.jsonValue());

it("JSON of a value is what JSON.stringify writes for a member", () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(jsonOf(value)).toBe(JSON.stringify([value]).slice(1, -1));
    }),
    { seed, numRuns: 2000 },
  );
});

it.each([
  -0,
  1e21,
  1e-7,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  null,
  "\ud83d\ude00",
  "\ude00",
  { a: [undefined, "\ud83d"] },
])("%j as well", (value) => {
  expect(jsonOf(value)).toBe(JSON.stringify([value]).slice(1, -1));
});

it.each([undefined, () => 1, Symbol("a"), 1n, new Date(0), { toJSON: (key: string) => key }])(
  "there is none for %o, which JSON.stringify leaves out, refuses, or lets write itself",
  (value) => {
    expect(() => jsonOf(value)).toThrow(TypeError);
  },
);
