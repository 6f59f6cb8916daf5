import { useSyncExternalStore } from "react";
import { localZone } from "./time-zone.ts";

const minute = 60_000;

/** What may come after a sleep, in which timers stand still. */
const returns = ["visibilitychange", "focus", "pageshow"];

const listeners = new Set<() => void>();
let now = new Date();
let zone = localZone();
let timer: number | undefined;

/** Looks at the clock. Within a minute, and in the same zone, all that it shows stays the same. */
function readClock(): void {
  const [time, place] = [new Date(), localZone()];
  const minuteOf = (date: Date) => Math.floor(date.getTime() / minute);
  if (minuteOf(time) === minuteOf(now) && place === zone) return;
  now = time;
  zone = place;
  for (const listener of listeners) listener();
}

/** Looks at the clock, and again when its next minute begins: so a day ends at midnight, wherever that is. */
function keepTime(): void {
  clearTimeout(timer);
  timer = window.setTimeout(keepTime, Math.max(1_000, minute - (Date.now() % minute)));
  readClock();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    for (const event of returns) addEventListener(event, keepTime);
    keepTime();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearTimeout(timer);
    for (const event of returns) removeEventListener(event, keepTime);
  };
}

function getNow(): Date {
  // Nobody has looked since the last one stopped.
  if (listeners.size === 0) readClock();
  return now;
}

/**
 * The time, to the minute, for what is drawn: it is drawn again when the minute or the device's time zone is another.
 * What somebody does, such as choosing "Tomorrow", asks the clock in that moment instead.
 */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, getNow);
}
