import { resolve } from "node:path";
import type pg from "pg";
import type { Logger } from "pino";
import { type BoundPool, bindPool } from "../db/bound-pool.ts";
import { createDb, type Db } from "../db/client.ts";
import { connectionFrom } from "../db/connection-url.ts";
import { joinEmbedded, requireEmbedded } from "../db/embedded-join.ts";
import { checkFences } from "../db/fences.ts";
import { migrate } from "../db/migrate.ts";
import { createPool } from "../db/pool.ts";
import { createPreparing } from "../db/preparing.ts";
import type { Env } from "../env.ts";
import { readOrCreateSecret } from "../secret.ts";

/** The database, beside the servers that use it. */
export type AdminDatabase = { pool: BoundPool; db: Db; close(): Promise<void> };

type Voice = { log: Logger; onProgress: (line: string) => void };

/**
 * Opens the database that the configuration names, as a server would that starts.
 * @throws StartError with a line for people
 */
export async function openDatabase(env: Env, voice: Voice): Promise<AdminDatabase> {
  const { connection, stop } = await reach(env, voice);
  try {
    const migrationsDir = resolve(import.meta.dirname, "../../prisma/migrations");
    await migrate({ connection, migrationsDir, onProgress: voice.onProgress });
    await checkFences(connection);
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

type Reached = { connection: pg.PoolConfig; stop(): Promise<void> };

async function reach({ databaseUrl, dataDir }: Env, { onProgress }: Voice): Promise<Reached> {
  if (databaseUrl === null) return joinEmbedded({ dataDir, onProgress });
  return { connection: connectionFrom(databaseUrl), stop: async () => {} };
}

/**
 * The secret that the servers sign with.
 * @throws StartError where it is kept with a database that there is not
 */
export function readSecret({ jwtSecret, dataDir }: Env): string {
  if (jwtSecret !== null) return jwtSecret;
  requireEmbedded(dataDir);
  return readOrCreateSecret(dataDir);
}
