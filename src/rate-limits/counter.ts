import { createHash } from "node:crypto";
import { RateLimiterPostgres } from "rate-limiter-flexible";
import { asLimit } from "../db/binding.ts";
import type { BoundPool } from "../db/bound-pool.ts";
import type { Policy } from "./policies.ts";

/** A statement of the library, all of which are about one row and have its key first. */
type Sent = { name?: string; text: string; values: [key: string, ...unknown[]] };

/** The key of a count: what it counts can't be read from it, nor from a dump of the table. */
export function keyOf(policy: string, value: string): string {
  return createHash("sha256").update(`${policy}\n${value}`).digest("base64url");
}

/** Milliseconds by which the clocks of servers may differ. */
const clockTolerance = 120_000;

/**
 * Whether a count was begun by a clock that has been put back since: it would go on for as long as the clock was wrong.
 * @param ms until it ends
 * @param seconds that it goes on for
 */
export const isOfAnotherTime = (ms: number, seconds: number): boolean => ms > seconds * 1000 + clockTolerance;

/** Makes what counts a policy's points in the database, where all servers see them, each row bound to its key. */
export function createCounter(pool: BoundPool, { points, seconds }: Policy): RateLimiterPostgres {
  const send = (statement: Sent) => pool.query<{ expire?: string }>(asLimit(statement.values[0]), statement);
  const query = async (sent: Sent) => {
    const result = await send(sent);
    if (!isOfAnotherTime(Number(result.rows[0]?.expire ?? 0) - Date.now(), seconds)) return result;
    // Else nobody could tell when it ends.
    await send({ text: "DELETE FROM public.rate_limits WHERE key = $1", values: [sent.values[0]] });
    return send(sent);
  };
  return new RateLimiterPostgres({
    storeClient: { query },
    storeType: "pool",
    schemaName: "public",
    tableName: "rate_limits",
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: "",
    points,
    duration: seconds,
    // From the first refusal until the end of the time, without the database.
    inMemoryBlockOnConsumed: points + 1,
  });
}
