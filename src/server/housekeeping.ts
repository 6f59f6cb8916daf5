import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import type { BoundPool } from "../db/bound-pool.ts";
import { removeExpired } from "../db/expired.ts";

/** Milliseconds between two rounds. */
const interval = 60 * 60 * 1000;

/** Removes what has expired now and then. @returns a function that stops it, after the statement that is under way */
export function startHousekeeping(pool: BoundPool, now: () => Date, log: Logger): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function goRound(): Promise<void> {
    try {
      log.debug(await removeExpired(pool, now(), signal), "removed what had expired");
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ reason }, "could not remove what has expired; will try again");
    }
  }

  async function goRounds(): Promise<void> {
    while (!signal.aborted) {
      await goRound();
      await setTimeout(interval, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  const rounds = goRounds();
  return () => {
    stopping.abort();
    return rounds;
  };
}
