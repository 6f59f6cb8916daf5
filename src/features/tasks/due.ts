import type { Problems } from "../../errors.ts";
import { instantOf } from "../../rules/due.ts";

/** When a task is due, as a caller says it: a day, or a wall-clock time in a zone. */
export type DueInput = {
  date: string;
  time?: string | null | undefined;
  timeZone?: string | null | undefined;
};

/** The same in columns: the wall-clock time as if it were UTC, midnight for a whole day; the zone, null for one. */
export type DueColumns = { dueLocal: Date | null; dueTimeZone: string | null };

/** @returns the instant that a due date's columns name; null for a whole day, and for none */
export function dueAt({ dueLocal, dueTimeZone }: DueColumns): Date | null {
  if (dueLocal === null || dueTimeZone === null) return null;
  return instantOf(dueLocal.toISOString().slice(0, -1), dueTimeZone);
}

/** Longer than any name of a zone. */
const maxZoneLength = 64;

/** @returns the zone in its usual spelling, or null when there is none of this name; fixed offsets are no zones */
function findTimeZone(name: string): string | null {
  if (name.length > maxZoneLength || !/^[A-Za-z]/.test(name)) return null;
  try {
    // Alone in Temporal it takes no whole timestamps for zones, such as T12:00+05:00 for its offset.
    return new Temporal.ZonedDateTime(BigInt(0), name).timeZoneId;
  } catch {
    return null;
  }
}

/** Whether an instant's year is from 1 to 9999 in UTC: what RFC 3339 can write and a Date can name. */
const isWritable = (instant: Date) => /^(?!0000)\d{4}-/.test(instant.toISOString());

/** @returns the columns for a due date, or for none; problems are added at their fields below `due` */
export function readDue(due: DueInput | null | undefined, problems: Problems): DueColumns {
  if (!due) return { dueLocal: null, dueTimeZone: null };
  const { date, time = null, timeZone = null } = due;
  if (time === null) {
    if (timeZone !== null)
      problems.add(["due", "timeZone"], "A whole day has no time zone. Give a time too, or leave it out.");
    return { dueLocal: new Date(`${date}T00:00:00Z`), dueTimeZone: null };
  }
  const dueLocal = new Date(`${date}T${time}:00Z`);
  if (timeZone === null) {
    problems.add(["due", "timeZone"], "A time needs a time zone, such as Europe/Berlin.");
    return { dueLocal, dueTimeZone: null };
  }
  const dueTimeZone = findTimeZone(timeZone);
  if (dueTimeZone === null) {
    problems.add(["due", "timeZone"], "There is no such time zone. Use an IANA name, such as Europe/Berlin.");
  } else if (!isWritable(instantOf(`${date}T${time}`, dueTimeZone))) {
    problems.add(["due", "date"], "Choose a day that is within the years 1 to 9999 in UTC as well.");
  }
  return { dueLocal, dueTimeZone };
}
