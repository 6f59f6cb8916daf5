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
 * The instant that a wall clock in a time zone shows this date and time.
 * @param date 2026-11-21
 * @param time 09:30
 * @param timeZone IANA name
 * @returns an RFC 3339 timestamp in UTC, or null for a zone that this browser doesn't know
 */
export function instantOf(date: string, time: string, timeZone: string): string | null {
  const wall = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(wall)) return null;
  try {
    // Once more with the first guess: near a change of the clock the offset is another at the guess than at its result.
    const guess = wall - offsetAt(wall, timeZone);
    return new Date(wall - offsetAt(guess, timeZone)).toISOString();
  } catch {
    return null;
  }
}

/** The day that it is here: 2026-11-21. */
export function today(now = new Date()): string {
  return addDays(now, 0);
}

/** The day so many days from now, here. */
export function addDays(now: Date, days: number): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
