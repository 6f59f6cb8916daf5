import { isSameZone, localZone } from "../../../browser/time-zone.ts";
import type { DueInput } from "../../../generated/graphql.ts";
import type { Due } from "./due-words.ts";

/** A due date as its fields have it; empty strings where there is nothing. */
export type DueValue = { date: string; time: string; timeZone: string };

/** What the fields show for a task's due date. A time zone is kept; a new one is the device's. */
export function toDueValue(due: Due | null | undefined): DueValue {
  return {
    date: due?.date ?? "",
    time: due?.time?.slice(0, 5) ?? "",
    timeZone: due?.timeZone ?? localZone(),
  };
}

/** What the server is sent: null for no due date, and a time zone only with a time. */
export function toDueInput({ date, time, timeZone }: DueValue): DueInput | null {
  if (date === "") return null;
  return time === "" ? { date } : { date, time, timeZone };
}

/** Whether two values mean the same, by whatever names of a zone. */
export function isSameDue(a: DueValue, b: DueValue): boolean {
  if (a.date !== b.date || a.date === "") return a.date === b.date;
  return a.time === b.time && (a.time === "" || isSameZone(a.timeZone, b.timeZone));
}

/** Says what is wrong with a due date, or null. A year of two digits is one that is still being typed. */
export function checkDue({ date }: DueValue): string | null {
  return date !== "" && Number(date.slice(0, 4)) < 1000 ? "Write the year with four digits." : null;
}
