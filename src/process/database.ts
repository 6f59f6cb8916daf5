import type pg from "pg";
import { openDataDir } from "../config/data-dir.ts";
import type { Env } from "../config/env.ts";
import { readOrCreateSecret } from "../config/signing-secret.ts";
import { connectionFrom } from "../db/connection-url.ts";
import { startEmbedded } from "../db/embedded/embedded.ts";
import { joinEmbedded, requireEmbedded } from "../db/embedded/join.ts";
import { checkIsolation } from "../db/isolation-check.ts";
import { migrationsDir } from "../db/migrations/folder.ts";
import { migrate } from "../db/migrations/migrate.ts";
import { keepsPrepared } from "../db/preparing.ts";

type Settings = Env["database"];

/** The database that the configuration names; an embedded one runs until it is stopped. */
export type Database = {
  connection: pg.PoolConfig;
  stop(): Promise<void>;
  /** Lets go of it without waiting. */
  abandon(): void;
};

const elsewhere = (url: string): Database => ({
  connection: connectionFrom(url),
  stop: async () => {},
  abandon: () => {},
});

/**
 * Reaches the database; an embedded one is started for this process alone, and made if there is none yet.
 * @param onProgress takes lines for people, for as long as it runs
 * @throws StartError when it can't be started, or a server works on it
 */
export async function startDatabase(
  { url, dataDir }: Settings,
  onProgress: (line: string) => void,
): Promise<Database> {
  if (url !== null) return elsewhere(url);
  openDataDir(dataDir);
  return startEmbedded({ dataDir, onProgress });
}

/**
 * Reaches the database beside the servers that use it, and leaves it as it is.
 * @throws StartError when there is none
 */
export async function joinDatabase(
  { url, dataDir }: Settings,
  onProgress: (line: string) => void,
): Promise<Pick<Database, "connection" | "stop">> {
  return url === null ? joinEmbedded({ dataDir, onProgress }) : elsewhere(url);
}

/**
 * Brings a database up to date, and makes sure that it keeps everybody's rows apart.
 * @throws StartError when it can't be worked on
 */
export async function bringUpToDate(
  connection: pg.PoolConfig,
  onProgress: (line: string) => void,
): Promise<void> {
  await migrate({ connection, migrationsDir, onProgress });
  await checkIsolation(connection);
}

/** Whether statements can be prepared: as configured, and tried out where something may stand in front of the database. */
export async function canPrepare({ url, prepare }: Settings, connection: pg.PoolConfig): Promise<boolean> {
  return prepare && (url === null || (await keepsPrepared(connection)));
}

/**
 * The secret that tokens are signed with.
 * @param warn takes a line for people
 * @throws StartError where it is kept with a database that there is not
 */
export function readSecret({ sessions, database }: Env, warn: (line: string) => void): string {
  if (sessions.jwtSecret !== null) return sessions.jwtSecret;
  requireEmbedded(database.dataDir);
  return readOrCreateSecret(database.dataDir, warn);
}
