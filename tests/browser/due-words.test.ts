import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { isSameZone, listZones, localZone } from "../../client/src/browser/time-zone.ts";
import { dayOf } from "../../client/src/browser/wall-clock.ts";
import { expiryOf } from "../../client/src/features/settings/tokens/expiry.ts";
import { describeDue, type Urgency, urgencyOf } from "../../client/src/features/tasks/fields/due-words.ts";
import { instantOf } from "../../src/rules/due.ts";
import { seed } from "../helpers/seed.ts";

// The web client's own words for days, on a device in any zone of the world.

const zone = process.env.TZ;

afterEach(() => {
  vi.unstubAllGlobals();
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

/** The zones furthest apart, with quarters of hours, with midnights that the clocks skip or show twice. */
const zones = [
  "Europe/Berlin",
  "UTC",
  "Pacific/Kiritimati",
  "Pacific/Niue",
  "Pacific/Honolulu",
  "Asia/Tokyo",
  "Asia/Kathmandu",
  "Asia/Beirut",
  "Africa/Cairo",
  "America/Havana",
  "America/Santiago",
  "America/St_Johns",
  "Australia/Lord_Howe",
];

const anyZone = fc.constantFrom(...zones);
const anyInstant = fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
const minutes = (days: number) => fc.integer({ min: -days * 1440, max: days * 1440 });

/** A day's words, as they begin, and how many days from today they can mean; null: only a date says. */
function daysIn(words: string, today: Temporal.PlainDate): number | null {
  const day = words.split(",")[0] ?? "";
  const named = { Yesterday: -1, Today: 0, Tomorrow: 1 }[day];
  if (named !== undefined) return named;
  const next = [2, 3, 4, 5, 6].find(
    (days) => today.add({ days }).toLocaleString(undefined, { weekday: "long" }) === day,
  );
  return next ?? null;
}

function expectAgreement(
  words: string,
  urgency: Urgency,
  day: Temporal.PlainDate,
  today: Temporal.PlainDate,
) {
  const distance = today.until(day, { largestUnit: "days" }).days;
  expect(daysIn(words, today)).toBe(distance >= -1 && distance <= 6 ? distance : null);
  if (distance !== 0) expect(urgency).toBe(distance < 0 ? "overdue" : "later");
}

describe("the words for a due date", () => {
  test("name the reader's day of the instant, as its urgency does, whatever the zones", () => {
    fc.assert(
      fc.property(anyZone, anyZone, anyInstant, minutes(9), (reader, timeZone, now, distance) => {
        process.env.TZ = reader;
        const at = Temporal.Instant.from(now.toISOString()).round("minute").add({ minutes: distance });
        const there = at.toZonedDateTimeISO(timeZone);
        const due = {
          date: there.toPlainDate().toString(),
          time: there.toPlainTime().toString({ smallestUnit: "minute" }),
          timeZone,
          at: at.toString(),
        };
        const urgency = urgencyOf(due, now);
        const today = Temporal.Instant.from(now.toISOString()).toZonedDateTimeISO(reader).toPlainDate();
        const here = at.toZonedDateTimeISO(reader);
        const words = describeDue(due, now);
        expectAgreement(words, urgency, here.toPlainDate(), today);
        if (here.toPlainDate().equals(today))
          expect(urgency).toBe(at.epochMilliseconds < now.getTime() ? "overdue" : "today");
        expect(words).toContain(`, ${here.toPlainTime().toLocaleString(undefined, { timeStyle: "short" })}`);
      }),
      { seed, numRuns: 1_000 },
    );
  });

  test("take a whole day for the same day everywhere", () => {
    fc.assert(
      fc.property(anyZone, anyInstant, fc.integer({ min: -9, max: 9 }), (reader, now, days) => {
        process.env.TZ = reader;
        const today = Temporal.Instant.from(now.toISOString()).toZonedDateTimeISO(reader).toPlainDate();
        const due = { date: today.add({ days }).toString() };
        const urgency = urgencyOf(due, now);
        expectAgreement(describeDue(due, now), urgency, today.add({ days }), today);
        if (days === 0) expect(urgency).toBe("today");
      }),
      { seed, numRuns: 500 },
    );
  });

  test("say what the clocks show where the time was given, if they show something else there", () => {
    process.env.TZ = "Europe/Berlin";
    const now = new Date("2026-11-27T19:00:00Z");
    const time = (timeZone: string, date: string, wall: string) => {
      const due = { date, time: wall, timeZone, at: instantOf(`${date}T${wall}`, timeZone).toISOString() };
      return [urgencyOf(due, now), describeDue(due, now).replaceAll(/\s[AP]M/g, (half) => half.trim())];
    };
    const short = (at: string) =>
      new Intl.DateTimeFormat(undefined, { timeStyle: "short", timeZone: "UTC" })
        .format(new Date(`1970-01-01T${at}Z`))
        .replace(/\s/, "");
    expect(time("Asia/Tokyo", "2026-11-28", "01:00")).toEqual([
      "overdue",
      `Today, ${short("17:00")} (Sat ${short("01:00")} Tokyo)`,
    ]);
    expect(time("Pacific/Honolulu", "2026-11-27", "11:00")).toEqual([
      "today",
      `Today, ${short("22:00")} (${short("11:00")} Honolulu)`,
    ]);
    expect(time("Europe/Paris", "2026-11-28", "09:30")).toEqual([
      "later",
      `Tomorrow, ${short("09:30")} (Paris)`,
    ]);
    expect(time("Europe/Berlin", "2026-11-28", "09:30")).toEqual(["later", `Tomorrow, ${short("09:30")}`]);
  });
});

test("the first and the last instant that can be due have words everywhere", () => {
  for (const [at, reader, words] of [
    ["9999-12-31T23:59:00.000Z", "Pacific/Kiritimati", /10000/],
    ["+010000-01-01T04:30:00.000Z", "UTC", /10000/],
    ["0001-01-01T00:00:00.000Z", "Pacific/Niue", /\b1\b/],
  ] as const) {
    process.env.TZ = reader;
    const due = { date: at.slice(-24, -14), time: "00:00", timeZone: "UTC", at };
    expect(describeDue(due, new Date("2026-11-27T12:00Z"))).toMatch(words);
    expect(urgencyOf(due, new Date("2026-11-27T12:00Z"))).toBe(at.startsWith("0001") ? "overdue" : "later");
  }
});

test("the instant of a wall-clock time is the same in browsers without Temporal", () => {
  const changes = ["2026-03-29", "2026-10-25", "2026-04-05", "2026-09-06", "2026-04-24", "2026-10-29"];
  fc.assert(
    fc.property(anyZone, fc.constantFrom(...changes), minutes(2), (timeZone, day, distance) => {
      const wall = new Date(Date.parse(day) + distance * 60_000).toISOString().slice(0, 16);
      expectSameInstant(wall, timeZone);
    }),
    { seed, numRuns: 1_000 },
  );
  for (const hour of Array.from({ length: 96 }, (_, index) => index)) {
    const wall = new Date(Date.parse("2011-12-29") + hour * 3_600_000).toISOString().slice(0, 16);
    expectSameInstant(wall, "Pacific/Apia");
  }
});

function expectSameInstant(wall: string, timeZone: string) {
  const expected = instantOf(wall, timeZone);
  vi.stubGlobal("Temporal", undefined);
  expect(instantOf(wall, timeZone), `${wall} in ${timeZone}`).toEqual(expected);
  vi.unstubAllGlobals();
}

test("a token that is valid until the end of a day ends with its last second here", () => {
  fc.assert(
    fc.property(anyZone, anyInstant, (reader, now) => {
      process.env.TZ = reader;
      const end = expiryOf("date", dayOf(now), new Date("2019-01-01"));
      const day = Temporal.PlainDate.from(dayOf(now));
      const next = day.add({ days: 1 }).toZonedDateTime(reader);
      expect(end).toBe(next.subtract({ seconds: 1 }).toInstant().toString({ smallestUnit: "millisecond" }));
    }),
    { seed, numRuns: 500 },
  );
});

/** Names of one zone each: what people's devices, browsers and other programs call it. */
const synonyms = [
  ["Asia/Kolkata", "Asia/Calcutta"],
  ["Europe/Kyiv", "Europe/Kiev"],
  ["Asia/Ho_Chi_Minh", "Asia/Saigon"],
  ["Asia/Kathmandu", "Asia/Katmandu"],
  ["Asia/Yangon", "Asia/Rangoon"],
  ["America/Argentina/Buenos_Aires", "America/Buenos_Aires"],
  ["America/Nuuk", "America/Godthab"],
  ["America/New_York", "US/Eastern"],
  ["Pacific/Kanton", "Pacific/Enderbury"],
  ["UTC", "Etc/UTC"],
  ["UTC", "Zulu"],
] as const;

describe.each([true, false])("the names of a time zone (Temporal: %s)", (hasTemporal) => {
  const stub = () => {
    if (!hasTemporal) vi.stubGlobal("Temporal", undefined);
  };

  test("are the same to each other, and to no other zone's", () => {
    stub();
    for (const [a, b] of synonyms) {
      expect(isSameZone(a, b), `${a} and ${b}`).toBe(true);
      expect(isSameZone(b, a), `${b} and ${a}`).toBe(true);
    }
    for (const [a, b] of synonyms
      .slice(1)
      .map(([name], index) => [name, synonyms[index]?.[1] ?? ""] as const)) {
      expect(isSameZone(a, b), `${a} and ${b}`).toBe(a === "UTC" && b === "Etc/UTC");
    }
    expect(isSameZone("Europe/Berlin", "Europe/Paris")).toBe(false);
    expect(isSameZone("Mars/Olympus_Mons", "UTC")).toBe(false);
  });

  test("are not shown to somebody who lives there", () => {
    for (const [device, stored] of synonyms.flatMap(([a, b]) => [[a, b] as const, [b, a] as const])) {
      process.env.TZ = device;
      stub();
      const due = {
        date: "2026-11-28",
        time: "09:30",
        timeZone: stored,
        at: instantOf("2026-11-28T09:30", stored).toISOString(),
      };
      expect(describeDue(due, new Date("2026-11-27T12:00Z")), `${stored} in ${device}`).not.toContain("(");
      expect(isSameZone(localZone(), device)).toBe(true);
    }
  });

  test("lead to one choice, which keeps the name that was chosen", () => {
    stub();
    for (const chosen of synonyms.flat()) {
      const choices = listZones(chosen);
      const same = choices.filter(({ timeZone }) => isSameZone(timeZone, chosen));
      expect(same.map(({ timeZone }) => timeZone)).toEqual([chosen]);
      expect(same[0]?.names).toContain(chosen);
    }
  });
});

test("every zone that the browser knows can be chosen once, by any of its names", () => {
  const choices = listZones("Etc/UTC");
  const resolved = choices.map(
    ({ timeZone }) => new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone,
  );
  expect(new Set(resolved).size).toBe(choices.length);
  expect(resolved.toSorted()).toEqual([...Intl.supportedValuesOf("timeZone"), "UTC"].toSorted());
  for (const { timeZone, names } of choices)
    for (const name of names) expect(isSameZone(timeZone, name), `${name} and ${timeZone}`).toBe(true);
});
