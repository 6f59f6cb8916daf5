import { daysBefore } from "../rules/retention.ts";
import { asHousekeeper, asUser, housekeeping } from "./binding.ts";
import type { BoundPool } from "./bound-pool.ts";
import { type OwnTable, ownTables } from "./own-tables.ts";

/** Rows that are looked for at once, so that it takes no longer than a statement may. */
const batchSize = 1000;

type Expiry = NonNullable<OwnTable["expiry"]>;
type Key = { user_id: string; id: string };

/** Removes in batches, each user's rows on their behalf. @returns how many rows that were */
async function removeRows(pool: BoundPool, name: string, expiry: Expiry, now: Date): Promise<number> {
  const { column, days } = expiry;
  const time = daysBefore(now, days);
  const find = `SELECT user_id, id FROM public.${name} WHERE ${column} < $1 LIMIT ${batchSize}`;
  // Not what has got more time since.
  const remove = `DELETE FROM public.${name} WHERE user_id = $1 AND id = ANY($2) AND ${column} < $3`;
  for (let removed = 0; ; ) {
    const { rows } = await pool.query<Key>(asHousekeeper(now), { text: find, values: [time] });
    for (const [userId, keys] of Map.groupBy(rows, (key) => key.user_id)) {
      const values = [userId, keys.map(({ id }) => id), time];
      await pool.query(asUser(userId, housekeeping), { text: remove, values });
    }
    removed += rows.length;
    if (rows.length < batchSize) return removed;
  }
}

/** Counts of attempts belong to no user. */
async function removeCounts(pool: BoundPool, now: Date): Promise<number> {
  const text = `DELETE FROM public.rate_limits WHERE key = ANY(ARRAY(
      SELECT key FROM public.rate_limits WHERE expire < $1 LIMIT ${batchSize})) AND expire < $1`;
  for (let removed = 0; ; ) {
    const { rowCount } = await pool.query(asHousekeeper(now), { text, values: [now.getTime()] });
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < batchSize) return removed;
  }
}

/** How many rows of what were removed, like `tasks`. */
export type Removed = Readonly<Record<string, number>>;

/** Removes for good what nobody can reach any more, and what was to be kept for a while only. */
export async function removeExpired(pool: BoundPool, now: Date): Promise<Removed> {
  const removed: Record<string, number> = {};
  for (const [model, { name, expiry }] of Object.entries<OwnTable>(ownTables))
    if (expiry !== null) removed[`${model}s`] = await removeRows(pool, name, expiry, now);
  return { ...removed, counts: await removeCounts(pool, now) };
}
