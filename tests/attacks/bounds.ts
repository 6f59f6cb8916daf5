import type { Waiting } from "./figures.ts";
import type { Measured } from "./measure.ts";

/** MiB that an attack may cost the server. */
export const maxGrowth = 150;

/** How many times as long as in quiet others may wait, and milliseconds that are nothing to complain of anyway. */
const maxFactor = 5;
const unnoticed = 100;

function isTooSlow(quiet: Waiting, attacked: Waiting): boolean {
  return attacked.p99 > Math.max(maxFactor * quiet.p99, unnoticed);
}

/** @returns what others suffered from an attack more than they may, in words */
export function findHarm({ quiet, attacked }: Measured): string[] {
  const harm = {
    waiting: isTooSlow(quiet.requests, attacked.requests),
    "waiting to log in": isTooSlow(quiet.logins, attacked.logins),
    refused: attacked.refusals.length > 0,
    memory: attacked.memory > quiet.memory + maxGrowth,
  };
  return Object.entries(harm).flatMap(([what, isSo]) => (isSo ? [what] : []));
}
