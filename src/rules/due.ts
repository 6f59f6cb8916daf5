/**
 * The instant of a wall-clock time: of two the first, and one that the clocks skip as if they had not been put forward
 * yet, so that it is as much later (Temporal's "compatible", RFC 5545 §3.3.5).
 * @param wall 2026-11-21T09:30
 * @param timeZone IANA name
 * @throws RangeError for what is no time, and for a zone that is not known here
 */
export function instantOf(wall: string, timeZone: string): Date {
  if (typeof Temporal === "undefined") return findInstant(Date.parse(`${wall}Z`), timeZone);
  return new Date(Temporal.PlainDateTime.from(wall).toZonedDateTime(timeZone).epochMilliseconds);
}

const day = 86_400_000;

/** The same in browsers without Temporal. */
function findInstant(wall: number, timeZone: string): Date {
  const before = offsetAt(wall - day, timeZone);
  const after = offsetAt(wall + day, timeZone);
  const offset = [before, after].find((candidate) => offsetAt(wall - candidate, timeZone) === candidate);
  return new Date(wall - (offset ?? before));
}

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
