import type pg from "pg";
import { errorCode, errorLine, StartError } from "../../runtime/start-error.ts";
import { type OneConnection, oneConnection } from "../one-connection.ts";
import { requireSchema, requireUsable } from "../server-check.ts";
import { asList, checksumOf, type Migration, readMigrations } from "./folder.ts";

/** A migration as the database has it. */
export type Applied = { name: string; checksum: string; finished: boolean };

// Prisma's own number, so that its command line waits for us and we for it.
export const migrationLock = 72_707_369;
const lockPatience = "60s";

/**
 * Brings the database to the schema that this code is written for. Servers may start at once: one migrates, the others
 * wait. All that is missing is applied in one transaction, so that a process that is killed leaves nothing half done.
 * @param options.connection where the database is, as a role that owns it
 * @param options.migrationsDir prisma/migrations
 * @returns the names of the migrations that were applied
 * @throws StartError when the database can't be reached or used, or is newer than the code
 */
export async function migrate(options: {
  connection: pg.PoolConfig;
  migrationsDir: string;
  onProgress?: (message: string) => void;
}): Promise<string[]> {
  const { connection, migrationsDir, onProgress } = options;
  const migrations = await readMigrations(migrationsDir);
  const database = oneConnection(connection);
  try {
    await requireUsable(database);
    if (missing(migrations, await readApplied(database)).length === 0) return [];
    await requireSchema(database);
    await database.query("BEGIN");
    await database.query(`SET LOCAL lock_timeout = '${lockPatience}'; SET LOCAL statement_timeout = 0`);
    await database.query("SELECT pg_advisory_xact_lock($1)", [migrationLock]);
    // Another server may have done it meanwhile.
    const names = missing(migrations, await readApplied(database));
    if (names.length > 0) {
      onProgress?.(
        `Applying ${names.length === 1 ? "a migration" : `${names.length} migrations`} to the database …`,
      );
      await apply(database, migrationsDir, migrations);
    }
    await database.query("COMMIT");
    return names;
  } catch (error) {
    if (error instanceof StartError) throw error;
    // What the engine says of it comes second: the first failure is the cause.
    throw explain(database.failure ?? error);
  } finally {
    await database.end();
  }
}

/** What has been applied, in order; nothing where nothing ever was. */
export async function readApplied(database: OneConnection): Promise<Applied[]> {
  // Not to_regclass(): while a transaction waits for its lock, that still remembers that there was no table.
  const tables = await database.query(
    "SELECT FROM pg_class WHERE relname = '_prisma_migrations' AND relkind = 'r' AND pg_table_is_visible(oid)",
  );
  if (tables.length === 0) return [];
  return database.query<Applied>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
}

/**
 * The names of what is to be applied.
 * @throws StartError for a history that is not a part of this code's
 */
export function missing(migrations: Migration[], applied: Applied[]): string[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, finished } of applied) {
    const migration = known.get(name);
    if (migration === undefined) {
      throw new StartError(
        `The database is newer than this Ownlist (it has the migration ${name}): update Ownlist.`,
      );
    }
    if (!finished) {
      throw new StartError(
        `The migration ${name} was begun by another tool and not finished: see "prisma migrate resolve".`,
      );
    }
    if (checksum !== checksumOf(migration)) {
      throw new StartError(
        `The migration ${name} is not the one that was applied to the database: restore the file.`,
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.map(({ name }) => name).filter((name) => !done.has(name));
}

/** Applies what of these is missing, inside the caller's transaction. */
export async function apply(database: OneConnection, dir: string, migrations: Migration[]): Promise<void> {
  // Loading it takes longer than all the rest, and most starts have nothing to apply.
  const { openEngine } = await import("./schema-engine.ts");
  const engine = await openEngine(database);
  try {
    const filters = { externalTables: [], externalEnums: [] };
    await engine.applyMigrations({ migrationsList: await asList(dir, migrations), filters });
  } finally {
    engine.free();
  }
}

/** What the engine says of tables that no migration of ours has made, in words for people. */
export function explainForeign(error: unknown): StartError | null {
  if (errorCode(error) !== "P3005") return null;
  return new StartError("The database has tables that are not Ownlist's: give it a database of its own.");
}

function explain(error: unknown): StartError {
  const code = errorCode(error);
  if (code === "55P03")
    return new StartError("Another process has been migrating the database for too long.");
  const foreign = explainForeign(error);
  if (foreign !== null) return foreign;
  const line = errorLine(error);
  if (code === "42501" && /^(must be owner|permission denied)/.test(line)) {
    return new StartError(
      `DATABASE_URL's role does not own the tables (${line}): make it their owner, as an administrator.`,
    );
  }
  return new StartError(`The database could not be migrated: ${line}.`);
}
