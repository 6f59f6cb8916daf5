const day = 86_400_000;

/** The offset of a zone from UTC at an instant, in milliseconds. */
function offsetAt(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(instant);
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value);
  const wall = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return wall - Math.floor(instant / 1000) * 1000;
}

/**
 * The instant that a wall clock in a time zone shows this date and time: of two the first, and in a gap as if the clock
 * had not been put forward yet, as the server has it (RFC 5545 §3.3.5).
 * @param date 2026-11-21
 * @param time 09:30
 * @param timeZone IANA name
 * @returns an RFC 3339 timestamp in UTC, or null for a zone that this browser doesn't know
 */
export function instantOf(date: string, time: string, timeZone: string): string | null {
  const wall = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(wall)) return null;
  try {
    const before = offsetAt(wall - day, timeZone);
    const after = offsetAt(wall + day, timeZone);
    const offset = [before, after].find((candidate) => offsetAt(wall - candidate, timeZone) === candidate);
    return new Date(wall - (offset ?? before)).toISOString();
  } catch {
    return null;
  }
}

const two = (value: number) => String(value).padStart(2, "0");

/** The day on the clocks here at an instant: 2026-11-21. */
export function dayOf(instant: Date): string {
  const year = String(instant.getFullYear()).padStart(4, "0");
  return `${year}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}`;
}

/** The time on the clocks here at an instant: 09:30. */
export function timeOf(instant: Date): string {
  return `${two(instant.getHours())}:${two(instant.getMinutes())}`;
}

/** The day so many days after another. Days are counted as the calendar has them: some have no midnight, or 23 hours. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00Z`) + days * day).toISOString().slice(0, 10);
}

/** The weekday of a date, from 0 for Sunday to 6. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00Z`).getUTCDay();
}
