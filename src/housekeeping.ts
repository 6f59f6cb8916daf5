import type { Logger } from "pino";
import type { Db } from "./db/client.ts";
import { restorableSince } from "./tasks/service.ts";

/** Milliseconds between two rounds. */
const interval = 60 * 60 * 1000;

/** Removes for good what nobody can reach any more: tasks deleted long ago, sessions that have ended. */
export async function removeExpired(db: Db, now: Date): Promise<{ tasks: number; sessions: number }> {
  const tasks = await db.task.deleteMany({ where: { deletedAt: { lt: restorableSince(now) } } });
  const sessions = await db.session.deleteMany({ where: { expiresAt: { lt: now } } });
  return { tasks: tasks.count, sessions: sessions.count };
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
