import type { Logger } from "pino";
import type { BoundPool } from "../db/bound-pool.ts";
import { removeExpired } from "../db/expired.ts";

/** Milliseconds between two rounds. */
const interval = 60 * 60 * 1000;

/** Removes what has expired now and then. @returns a function that stops it, after the round that is under way */
export function startHousekeeping(pool: BoundPool, now: () => Date, log: Logger): () => Promise<void> {
  let round = Promise.resolve();
  const run = () => {
    round = removeExpired(pool, now()).then(
      (removed) => log.debug(removed, "removed what had expired"),
      (error: Error) =>
        log.warn({ reason: error.message }, "could not remove what has expired; will try again"),
    );
  };
  run();
  const timer = setInterval(run, interval);
  timer.unref();
  return () => {
    clearInterval(timer);
    return round;
  };
}
