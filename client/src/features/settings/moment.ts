const withTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const dayOnly = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** A timestamp in the reader's language and time zone: 21 Nov 2026, 10:30. */
export function showMoment(timestamp: string): string {
  return withTime.format(Date.parse(timestamp));
}

/** Its day alone. */
export function showDay(timestamp: string): string {
  return dayOnly.format(Date.parse(timestamp));
}
