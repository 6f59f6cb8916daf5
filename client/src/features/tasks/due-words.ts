import { addDays, today } from "../../ui/wall-clock.ts";

export type Due = { date: string; time?: string | null; timeZone?: string | null; at?: string | null };

/** How near a due date is. */
export type Urgency = "overdue" | "today" | "later";

/** How near it is now, here: a whole day is overdue when it has ended, a time when it has passed. */
export function urgencyOf(due: Due, now: Date): Urgency {
  if (due.at) {
    const at = new Date(due.at);
    if (at < now) return "overdue";
    return today(at) === today(now) ? "today" : "later";
  }
  if (due.date < today(now)) return "overdue";
  return due.date === today(now) ? "today" : "later";
}

/** The day in words: Today, Tomorrow, Friday, 12 Mar, 12 Mar 2028, and the time as clocks show it in its zone. */
export function describeDue(due: Due, now: Date): string {
  const zone = due.timeZone && due.timeZone !== localZone() ? ` (${cityOf(due.timeZone)})` : "";
  const time = due.time ? `, ${describeTime(due.time)}${zone}` : "";
  return describeDay(due.date, now) + time;
}

function describeDay(date: string, now: Date): string {
  if (date === today(now)) return "Today";
  if (date === addDays(now, 1)) return "Tomorrow";
  if (date === addDays(now, -1)) return "Yesterday";
  const isThisWeek = date > today(now) && date < addDays(now, 7);
  if (isThisWeek) return format(date, { weekday: "long" });
  const isThisYear = date.slice(0, 4) === today(now).slice(0, 4);
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

/** The time zone of this browser. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** America/New_York: New York. */
function cityOf(timeZone: string): string {
  return timeZone.slice(timeZone.lastIndexOf("/") + 1).replaceAll("_", " ");
}
