import type { Logger } from "pino";
import { asHousekeeper, asUser, type Binding, bound } from "./db/binding.ts";
import type { Db } from "./db/client.ts";
import { restorableSince } from "./tasks/service.ts";

/** Milliseconds between two rounds. */
const interval = 60 * 60 * 1000;

/** Rows that are looked for at once, so that it takes no longer than a statement may. */
const batchSize = 1000;

type Key = { userId: string; id: string };
type Remove = (where: { userId: string; id: { in: string[] } }) => PromiseLike<unknown>;

/** Removes rows of any users, each user's on their behalf. */
async function removeRows(keys: Key[], remove: Remove): Promise<void> {
  for (const [userId, rows] of Map.groupBy(keys, (key) => key.userId)) {
    const ids = rows.map(({ id }) => id);
    await bound(asUser(userId), () => remove({ userId, id: { in: ids } }));
  }
}

/** Removes in batches what `find` finds. @returns how many rows that were */
async function removeAll(find: () => PromiseLike<Key[]>, remove: Remove, housekeeper: Binding) {
  let removed = 0;
  for (;;) {
    const keys = await bound(housekeeper, find);
    await removeRows(keys, remove);
    removed += keys.length;
    if (keys.length < batchSize) return removed;
  }
}

/** Removes for good what nobody can reach any more: tasks deleted long ago, sessions that have ended. */
export async function removeExpired(db: Db, now: Date): Promise<{ tasks: number; sessions: number }> {
  const page = { select: { userId: true, id: true }, take: batchSize };
  const deletedBefore = { deletedAt: { lt: restorableSince(now) } };
  const housekeeper = asHousekeeper(now);
  const tasks = await removeAll(
    () => db.task.findMany({ where: deletedBefore, ...page }),
    (where) => db.task.deleteMany({ where: { ...where, ...deletedBefore } }),
    housekeeper,
  );
  const ended = { expiresAt: { lt: now } };
  const sessions = await removeAll(
    () => db.session.findMany({ where: ended, ...page }),
    (where) => db.session.deleteMany({ where: { ...where, ...ended } }),
    housekeeper,
  );
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
