import type { Logger } from "pino";
import { asHousekeeper, asUser, bound, housekeeping } from "../db/binding.ts";
import type { Db } from "../db/prisma.ts";
import { restorableSince } from "../features/tasks/service.ts";

/** Milliseconds between two rounds. */
const interval = 60 * 60 * 1000;

/** Rows that are looked for at once, so that it takes no longer than a statement may. */
const batchSize = 1000;

type Key = { userId: string; id: string };

/** A table of users' things, and which of its rows have had their time. */
type Expired = { table: Table; where: object };
type Table = {
  findMany(args: object): PromiseLike<Key[]>;
  deleteMany(args: object): PromiseLike<unknown>;
};

/** Removes rows of any users, each user's on their behalf. */
async function removeRows(keys: Key[], { table, where }: Expired): Promise<void> {
  for (const [userId, rows] of Map.groupBy(keys, (key) => key.userId)) {
    const ids = rows.map(({ id }) => id);
    await bound(asUser(userId, housekeeping), () =>
      table.deleteMany({ where: { ...where, userId, id: { in: ids } } }),
    );
  }
}

/** Removes in batches. @returns how many rows that were */
async function removeAll(expired: Expired, now: Date): Promise<number> {
  const page = { where: expired.where, select: { userId: true, id: true }, take: batchSize };
  for (let removed = 0; ; ) {
    const keys = await bound(asHousekeeper(now), () => expired.table.findMany(page));
    await removeRows(keys, expired);
    removed += keys.length;
    if (keys.length < batchSize) return removed;
  }
}

/** Counts of attempts belong to no user. */
async function removeCounts(db: Db, now: Date): Promise<number> {
  const where = { expire: { lt: now.getTime() } };
  for (let removed = 0; ; ) {
    const count = await bound(asHousekeeper(now), async () => {
      const rows = await db.rateLimit.findMany({ where, select: { key: true }, take: batchSize });
      const keys = rows.map(({ key }) => key);
      return (await db.rateLimit.deleteMany({ where: { ...where, key: { in: keys } } })).count;
    });
    removed += count;
    if (count < batchSize) return removed;
  }
}

const day = 24 * 60 * 60 * 1000;
/** Milliseconds for which an expired personal token is listed, and an entry of the security log is kept. */
const tokensListed = 30 * day;
const eventsKept = 180 * day;

/** What a round has removed, in rows. */
export type Removed = Record<
  "tasks" | "sessions" | "codes" | "personalTokens" | "securityEvents" | "counts",
  number
>;

/** Removes for good what nobody can reach any more, and what was to be kept for a while only. */
export async function removeExpired(db: Db, now: Date): Promise<Removed> {
  const before = (age: number) => ({ lt: new Date(now.getTime() - age) });
  const remove = (table: unknown, where: object) => removeAll({ table: table as Table, where }, now);
  return {
    tasks: await remove(db.task, { deletedAt: { lt: restorableSince(now) } }),
    sessions: await remove(db.session, { expiresAt: before(0) }),
    codes: await remove(db.code, { expiresAt: before(0) }),
    personalTokens: await remove(db.personalToken, { expiresAt: before(tokensListed) }),
    securityEvents: await remove(db.securityEvent, { createdAt: before(eventsKept) }),
    counts: await removeCounts(db, now),
  };
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
