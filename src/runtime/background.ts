import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";

/** Milliseconds before it starts, in which the answer leaves: that it is done must not show in the time it took. */
const delay = 20;

/** Work that no request waits for, nor fails with. */
export type Background = {
  /** @param what it does, for the log when it can't */
  run(what: string, job: () => Promise<unknown>): void;
  /** Resolves when nothing is being done any more. */
  settle(): Promise<void>;
};

export function createBackground(log: Logger): Background {
  const running = new Set<Promise<void>>();
  return {
    run(what, job) {
      const done: Promise<void> = setTimeout(delay)
        .then(job)
        .then(
          () => {},
          (error: unknown) => log.warn({ err: error }, `could not ${what}`),
        )
        .finally(() => running.delete(done));
      running.add(done);
    },
    async settle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
