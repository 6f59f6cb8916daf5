import { cityOf, isSameZone, localZone } from "../../../browser/time-zone.ts";
import { addDays, dayOf, timeOf } from "../../../browser/wall-clock.ts";

export type Due = { date: string; time?: string | null; timeZone?: string | null; at?: string | null };

/** How near a due date is. */
export type Urgency = "overdue" | "today" | "later";

/**
 * A due date as the reader's calendar and clock have it: a whole day is the same day everywhere, a time is an instant,
 * which may be on another day here than it is on the clocks of its zone.
 */
function whereReaderIs({ date, time, at }: Due): { date: string; time: string | null } {
  if (!at) return { date, time: time?.slice(0, 5) ?? null };
  const instant = new Date(at);
  return { date: dayOf(instant), time: timeOf(instant) };
}

/** How near it is now, here: a whole day is overdue when it has ended, a time when it has passed. */
export function urgencyOf(due: Due, now: Date): Urgency {
  const { date } = whereReaderIs(due);
  const isOver = due.at ? new Date(due.at) < now : date < dayOf(now);
  if (isOver) return "overdue";
  return date === dayOf(now) ? "today" : "later";
}

/**
 * The day in words, and the time, where the reader is: Today; Friday, 09:30; 12 Mar 2028, 09:30. With a time of another
 * zone, what the clocks show there: Today, 17:00 (Sat 01:00 Tokyo).
 */
export function describeDue(due: Due, now: Date): string {
  const here = whereReaderIs(due);
  if (here.time === null) return describeDay(here.date, now);
  return `${describeDay(here.date, now)}, ${describeTime(here.time)}${describeZone(due, here)}`;
}

/** The time in the zone that it was given in, where that is not the reader's; of what is the same only the place. */
function describeZone({ date, time, timeZone }: Due, here: { date: string; time: string | null }): string {
  if (!time || !timeZone || isSameZone(timeZone, localZone())) return "";
  const isSameDay = date === here.date;
  const there = [
    !isSameDay && format(date, { weekday: "short" }),
    (!isSameDay || time.slice(0, 5) !== here.time) && describeTime(time),
    cityOf(timeZone),
  ];
  return ` (${there.filter(Boolean).join(" ")})`;
}

function describeDay(date: string, now: Date): string {
  const today = dayOf(now);
  if (date === today) return "Today";
  if (date === addDays(today, 1)) return "Tomorrow";
  if (date === addDays(today, -1)) return "Yesterday";
  const isThisWeek = date > today && date < addDays(today, 7);
  if (isThisWeek) return format(date, { weekday: "long" });
  const isThisYear = date.slice(0, 4) === today.slice(0, 4);
  return format(date, { day: "numeric", month: "short", ...(!isThisYear && { year: "numeric" }) });
}

/** A calendar date has no zone; UTC on both sides keeps it the same day. */
function format(date: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(undefined, { ...options, timeZone: "UTC" }).format(
    new Date(`${date}T00:00Z`),
  );
}

function describeTime(time: string): string {
  const instant = new Date(`1970-01-01T${time}Z`);
  return new Intl.DateTimeFormat(undefined, { timeStyle: "short", timeZone: "UTC" }).format(instant);
}
