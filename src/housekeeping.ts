import type { Logger } from "pino";
import type { Db } from "./db/client.ts";
import { restorableSince } from "./tasks/service.ts";

/** Milliseconds between two rounds. */
const interval = 60 * 60 * 1000;

/** Rows that one statement removes, so that it takes no longer than a statement may. */
const batchSize = 1000;

/** Removes in batches. @returns how many rows went */
async function removeAll(removeBatch: () => Promise<{ count: number }>): Promise<number> {
  let removed = 0;
  for (;;) {
    const { count } = await removeBatch();
    removed += count;
    if (count < batchSize) return removed;
  }
}

/** Removes for good what nobody can reach any more: tasks deleted long ago, sessions that have ended. */
export async function removeExpired(db: Db, now: Date): Promise<{ tasks: number; sessions: number }> {
  const deletedBefore = { deletedAt: { lt: restorableSince(now) } };
  const tasks = await removeAll(() => db.task.deleteMany({ where: deletedBefore, limit: batchSize }));
  const ended = { expiresAt: { lt: now } };
  const sessions = await removeAll(() => db.session.deleteMany({ where: ended, limit: batchSize }));
  return { tasks, sessions };
}

/** Removes what has expired now and then. @returns a function that stops it, after the round that is under way */
export function startHousekeeping(db: Db, now: () => Date, log: Logger): () => Promise<void> {
  let round = Promise.resolve();
  const run = () => {
    round = removeExpired(db, now()).then(
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
