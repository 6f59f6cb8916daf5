import { resolve } from "node:path";
import type pg from "pg";
import type { Logger } from "pino";
import { openDataDir } from "../config/data-dir.ts";
import type { Env } from "../config/env.ts";
import { readOrCreateSecret } from "../config/signing-secret.ts";
import { type BoundPool, bindPool } from "../db/bound-pool.ts";
import { connectionFrom } from "../db/connection-url.ts";
import { startEmbedded } from "../db/embedded/embedded.ts";
import { joinEmbedded, requireEmbedded } from "../db/embedded/join.ts";
import { checkIsolation } from "../db/isolation-check.ts";
import { migrate } from "../db/migrations/migrate.ts";
import { createPool } from "../db/pool.ts";
import { createPreparing } from "../db/preparing.ts";
import { createDb, type Db } from "../db/prisma.ts";

/** The database, beside the servers that use it. */
export type AdminDatabase = { pool: BoundPool; db: Db; close(): Promise<void> };

export const migrationsDir: string = resolve(import.meta.dirname, "../../prisma/migrations");

export type Voice = { log: Logger; onProgress: (line: string) => void };

/**
 * Opens the database that the configuration names, as a server would that starts.
 * @throws StartError with a line for people
 */
export async function openDatabase(env: Env, voice: Voice): Promise<AdminDatabase> {
  const { connection, stop } = await reach(env, voice);
  try {
    await migrate({ connection, migrationsDir, onProgress: voice.onProgress });
    await checkIsolation(connection);
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

/** Where the database is; it may run for the time being only. */
export type Reached = { connection: pg.PoolConfig; stop(): Promise<void> };

/**
 * Finds the database that the configuration names, or starts it, and leaves it as it is.
 * @throws StartError when there is none
 */
export async function reach({ database: { url, dataDir } }: Env, { onProgress }: Voice): Promise<Reached> {
  if (url === null) return joinEmbedded({ dataDir, onProgress });
  return { connection: connectionFrom(url), stop: async () => {} };
}

/**
 * The same for this process alone, where an embedded one is made if there is none yet.
 * @throws StartError when a server works on it
 */
export async function reachAlone(
  { database: { url, dataDir } }: Env,
  { onProgress }: Voice,
): Promise<Reached> {
  if (url !== null) return { connection: connectionFrom(url), stop: async () => {} };
  openDataDir(dataDir);
  return startEmbedded({ dataDir, onProgress });
}

/**
 * The secret that the servers sign with.
 * @param warn takes a line for people
 * @throws StartError where it is kept with a database that there is not
 */
export function readSecret({ sessions, database }: Env, warn: (line: string) => void): string {
  if (sessions.jwtSecret !== null) return sessions.jwtSecret;
  requireEmbedded(database.dataDir);
  return readOrCreateSecret(database.dataDir, warn);
}
