import type { Logger } from "pino";
import type { Env } from "../config/env.ts";
import { type BoundPool, bindPool } from "../db/bound-pool.ts";
import { createPool } from "../db/pool.ts";
import { createPreparing } from "../db/preparing.ts";
import { createDb, type Db } from "../db/prisma.ts";
import { bringUpToDate, joinDatabase } from "../process/database.ts";

/** The database, beside the servers that use it. */
export type AdminDatabase = { pool: BoundPool; db: Db; close(): Promise<void> };

export type Voice = { log: Logger; onProgress: (line: string) => void };

/**
 * Opens the database that the configuration names, as a server would that starts.
 * @throws StartError with a line for people
 */
export async function openDatabase(env: Env, voice: Voice): Promise<AdminDatabase> {
  const { connection, stop } = await joinDatabase(env.database, voice.onProgress);
  try {
    await bringUpToDate(connection, voice.onProgress);
  } catch (error) {
    await stop();
    throw error;
  }
  // So few statements are not worth preparing.
  const preparing = createPreparing(false, voice.log);
  const plain = createPool(connection, voice.log, { preparing, max: 2 });
  const pool = bindPool(plain, preparing);
  const db = createDb(pool);
  async function close(): Promise<void> {
    await db.$disconnect();
    await plain.end();
    await stop();
  }
  return { pool, db, close };
}
