import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTimestamp, writeTimestamp } from "../../src/db/timestamps.ts";
import { seed } from "../helpers/seed.ts";

const dates = fc.date({
  min: new Date("0001-01-01"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

/** As PostgreSQL writes it, which leaves the fraction's last zeros out. */
function textOf(date: Date, zone: string): string {
  const [seconds = "", fraction = ""] = date.toISOString().slice(0, -1).replace("T", " ").split(".");
  const digits = fraction.replace(/0+$/, "");
  return `${seconds}${digits === "" ? "" : `.${digits}`}${zone}`;
}

describe(`a timestamp (TEST_SEED=${seed})`, () => {
  it("is read with and without its zone, of any year and with any fraction", () => {
    const property = fc.property(dates, fc.constantFrom("", "+00"), (date, zone) => {
      expect(readTimestamp(textOf(date, zone))).toEqual(date);
    });
    fc.assert(property, { seed, numRuns: 5000 });
  });

  it.each<[string, string | null]>([
    ["2026-11-27 17:31:13.123456+00", "2026-11-27T17:31:13.123Z"],
    ["2026-11-27 17:31:13.0009", "2026-11-27T17:31:13.000Z"],
    ["0001-01-01 00:00:00+00", "0001-01-01T00:00:00.000Z"],
    ["0099-12-31 23:59:59.999", "0099-12-31T23:59:59.999Z"],
    ["infinity", null],
    ["-infinity", null],
    ["0044-03-15 00:00:00+00 BC", null],
    ["0044-03-15 00:00:00.5 BC", null],
  ])("%s is read as by Prisma", (text, iso) => {
    expect(readTimestamp(text).toJSON()).toBe(iso);
  });

  it("is written as the adapter writes it", () => {
    const property = fc.property(dates, (date) => {
      const [day, rest = ""] = date.toISOString().split("T");
      expect(writeTimestamp(date)).toBe(`${day} ${rest.replace("Z", "").replace(".000", "")}`);
    });
    fc.assert(property, { seed, numRuns: 1000 });
  });
});
