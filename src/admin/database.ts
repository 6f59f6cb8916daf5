import type { Logger } from "pino";
import type { Env } from "../config/env.ts";
import { bindPool } from "../db/bound-pool.ts";
import { createPool } from "../db/pool.ts";
import { createPreparing } from "../db/preparing.ts";
import { createAccountStore } from "../features/accounts/account-store.ts";
import { bringUpToDate, joinDatabase } from "../process/database.ts";
import type { AdminDatabase } from "./accounts.ts";

export type Reporter = { log: Logger; onProgress: (line: string) => void };

/** The database, until it is closed. */
type OpenDatabase = Omit<AdminDatabase, "now"> & { close(): Promise<void> };

/**
 * Opens the database that the configuration names, as a server would that starts.
 * @throws StartError with a line for people
 */
export async function openDatabase(env: Env, reporter: Reporter): Promise<OpenDatabase> {
  const { connection, stop } = await joinDatabase(env.database, reporter.onProgress);
  try {
    await bringUpToDate(connection, reporter.onProgress);
  } catch (error) {
    await stop();
    throw error;
  }
  // So few statements are not worth preparing.
  const preparing = createPreparing(false, reporter.log);
  const plain = createPool(connection, reporter.log, { preparing, max: 2 });
  const pool = bindPool(plain, preparing);
  const store = createAccountStore(pool);
  async function close(): Promise<void> {
    await store.close();
    await pool.close();
    await plain.end();
    await stop();
  }
  return { pool, store, close };
}
