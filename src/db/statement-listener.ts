import { AsyncLocalStorage } from "node:async_hooks";
import type pg from "pg";
import { askedBy } from "./asked-pool.ts";
import type { Statement } from "./bound-query.ts";

/** Takes a statement in the database's stead, and makes up what comes back. */
export type Listen = (statement: Statement) => pg.QueryArrayResult;

const listening = new AsyncLocalStorage<Listen>();

/** Runs what asks Prisma; what Prisma sends meanwhile is heard, and never reaches the database. */
export function listened<T>(listen: Listen, run: () => PromiseLike<T>): Promise<T> {
  return listening.run(listen, async () => await run());
}

/** @returns the same pool for Prisma, whose statements are heard where somebody listens */
export function openToListeners(pool: pg.Pool): pg.Pool {
  const query = async (statement: Statement) => {
    const listen = listening.getStore();
    return listen === undefined ? pool.query(statement) : listen(statement);
  };
  const connect = async () => {
    if (listening.getStore() !== undefined) throw new Error("Listeners take no transactions.");
    return await pool.connect();
  };
  return askedBy(pool, { query, connect });
}
