import { setTimeout } from "node:timers/promises";
import type pg from "pg";
import { daysBefore } from "../rules/retention.ts";
import { asHousekeeper, asUser, type Binding, housekeeping } from "./binding.ts";
import type { BoundPool } from "./bound-pool.ts";
import type { Statement } from "./bound-query.ts";
import { isLockTimeout } from "./failures.ts";
import { type OwnTable, ownTables } from "./own-tables.ts";

/** Rows that a statement finds or removes at most: whose they are waits no longer than that with changes of their own. */
const batchSize = 100;

/** Times as long as a statement took nothing is done after it, so that nineteen twentieths of the time are the others'. */
const restsAfter = 19;

type Query = BoundPool["query"];

/** Runs statements one after the other, and rests in between. */
function atLeisure(pool: BoundPool, signal: AbortSignal): Query {
  let rest = 0;
  return async <Row extends pg.QueryResultRow>(binding: Binding, statement: Statement) => {
    await setTimeout(rest, undefined, { signal });
    const since = performance.now();
    const result = await pool.query<Row>(binding, statement);
    rest = restsAfter * (performance.now() - since);
    return result;
  };
}

type Expiry = NonNullable<OwnTable["expiry"]>;
type Found = { user_id: string; id: string; at: string };

/**
 * Removes in batches, each user's rows on their behalf, whatever has waited longest first. Somebody whose rows can't be
 * removed now keeps theirs until the next round, and nobody else.
 *
 * @returns how many rows that were
 */
async function removeRows(query: Query, name: string, expiry: Expiry, now: Date): Promise<number> {
  const { column, days } = expiry;
  const time = daysBefore(now, days);
  // In the order of the index, from where the last one ended, so that it reads no more than it finds: neither rows that
  // live nor those that are removed and still lie there. Times as text, which has all of their digits.
  const find = `SELECT user_id, id, ${column}::text AS at FROM public.${name}
    WHERE ${column} >= $1::timestamptz AND ${column} < $2 AND user_id <> ALL ($3) ORDER BY ${column} LIMIT ${batchSize}`;
  // Not what has got more time since.
  const remove = `DELETE FROM public.${name} WHERE user_id = $1 AND id = ANY ($2) AND ${column} < $3`;
  const left = new Set<string>();
  for (let removed = 0, from = "-infinity"; ; ) {
    const { rows } = await query<Found>(asHousekeeper(now), { text: find, values: [from, time, [...left]] });
    for (const [userId, keys] of Map.groupBy(rows, (key) => key.user_id)) {
      const values = [userId, keys.map(({ id }) => id), time];
      const { rowCount } = await query(asUser(userId, housekeeping), { text: remove, values }).catch(
        (error) => {
          if (isLockTimeout(error)) return { rowCount: 0 };
          throw error;
        },
      );
      if (rowCount === 0) left.add(userId);
      removed += rowCount ?? 0;
    }
    if (rows.length < batchSize) return removed;
    from = rows.at(-1)?.at ?? from;
  }
}

/** Counts of attempts belong to no user. */
async function removeCounts(query: Query, now: Date): Promise<number> {
  const text = `DELETE FROM public.rate_limits WHERE key = ANY (ARRAY(
      SELECT key FROM public.rate_limits WHERE expire >= $1 AND expire < $2 ORDER BY expire LIMIT ${batchSize}))
    AND expire < $2 RETURNING expire`;
  for (let removed = 0, from = 0; ; ) {
    const { rows } = await query<{ expire: string }>(asHousekeeper(now), {
      text,
      values: [from, now.getTime()],
    });
    removed += rows.length;
    if (rows.length < batchSize) return removed;
    from = Math.max(...rows.map(({ expire }) => Number(expire)));
  }
}

/** How many rows of what were removed, like `tasks`. */
export type Removed = Readonly<Record<string, number>>;

/**
 * Removes for good what nobody can reach any more, and what was to be kept for a while only.
 * @param signal ends it, after the statement that is under way
 * @throws the signal's reason in that case
 */
export async function removeExpired(
  pool: BoundPool,
  now: Date,
  signal = new AbortController().signal,
): Promise<Removed> {
  const query = atLeisure(pool, signal);
  const removed: Record<string, number> = {};
  for (const [model, { name, expiry }] of Object.entries<OwnTable>(ownTables))
    if (expiry !== null) removed[`${model}s`] = await removeRows(query, name, expiry, now);
  return { ...removed, counts: await removeCounts(query, now) };
}
