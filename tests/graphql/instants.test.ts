import fc from "fast-check";
import { expect, it } from "vitest";
import { writeInstant } from "../../src/schema/instants.ts";
import { seed } from "../helpers/seed.ts";

const edges = [
  "-000001-12-31T23:59:59.999Z",
  "0000-01-01",
  "0099-03-01",
  "9999-12-31T23:59:59.999Z",
  "+010000-01-01",
];

it("writes an instant as toISOString does", () => {
  const instants = fc.oneof(
    fc.date({ noInvalidDate: true }),
    fc.constantFrom(...edges).map((text) => new Date(text)),
  );
  fc.assert(
    fc.property(instants, (date) => {
      expect(writeInstant(date)).toBe(date.toISOString());
    }),
    { seed, numRuns: 2000 },
  );
});

it("refuses what is no instant", () => {
  expect(() => writeInstant(new Date(Number.NaN))).toThrow(RangeError);
});
