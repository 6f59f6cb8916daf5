const day = 86_400_000;

const two = (value: number) => String(value).padStart(2, "0");

/** The day on the clocks here at an instant: 2026-11-21; in the year after the last of four digits +010000-01-01. */
export function dayOf(instant: Date): string {
  const written = String(instant.getFullYear());
  const year = written.length > 4 ? `+${written.padStart(6, "0")}` : written.padStart(4, "0");
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
