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

/** Makes what counts a policy's points in the database, where all servers see them, each row bound to its key. */
export function createCounter(pool: BoundPool, { points, seconds }: Policy): RateLimiterPostgres {
  const query = (statement: Sent) => pool.query(asLimit(statement.values[0]), statement);
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
