import { GraphQLError } from "graphql";
import { writeInstant } from "../../schema/instants.ts";
import { builder } from "./builder.ts";

const invalid = (message: string) => new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });

/** @throws GraphQLError unless the value is a day of the proleptic Gregorian calendar from year 1 to 9999 */
function parseDate(value: unknown): string {
  const written = typeof value === "string" ? value : "";
  const year = /^(\d{4})-\d{2}-\d{2}$/.exec(written)?.[1];
  if (year === undefined || year === "0000" || !isDay(written)) {
    throw invalid("A Date is a day of the calendar, written like 2026-11-21.");
  }
  return written;
}

function isDay(written: string): boolean {
  try {
    return Temporal.PlainDate.from(written, { overflow: "reject" }).toString() === written;
  } catch {
    return false;
  }
}

/** @throws GraphQLError unless the value is a time of day with hours and minutes */
function parseLocalTime(value: unknown): string {
  if (typeof value !== "string" || !/^([01]\d|2[0-3]):[0-5]\d$/.test(value)) {
    throw invalid("A LocalTime is a time of day from 00:00 to 23:59, written like 09:30.");
  }
  return value;
}

/** RFC 3339 §5.6, without leap seconds, which no Date can hold. */
const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/** @throws GraphQLError unless the value is an instant with an offset, from year 1 to 9999 */
function parseDateTime(value: unknown): Date {
  const written = typeof value === "string" && timestamp.test(value) ? value.toUpperCase() : "";
  const date = isDay(written.slice(0, 10)) ? new Date(written) : new Date(Number.NaN);
  if (Number.isNaN(date.getTime()) || written.startsWith("0000")) {
    throw invalid(
      "A DateTime is an instant with its offset from UTC, written like 2026-11-21T09:30:00.000Z.",
    );
  }
  return date;
}

builder.scalarType("Date", {
  description: "Calendar date without a time or zone: 2026-11-21. Years 0001 to 9999.",
  serialize: (value) => value,
  parseValue: parseDate,
});

builder.scalarType("LocalTime", {
  description: "Local wall-clock time to the minute, on the 24-hour clock: 09:30.",
  serialize: (value) => value,
  parseValue: parseLocalTime,
});

builder.scalarType("DateTime", {
  description:
    "RFC 3339 timestamp with offset; answers are in UTC, with milliseconds: 2026-11-21T09:30:00.000Z.",
  specifiedByURL: "https://scalars.graphql.org/andimarek/date-time.html",
  serialize: writeInstant,
  parseValue: parseDateTime,
});
