import type pg from "pg";
import { errorCode, errorLine, StartError } from "../../runtime/start-error.ts";
import { checkIsolation } from "../isolation-check.ts";
import { checksumOf, type Migration, readMigrations } from "../migrations/folder.ts";
import { type Applied, apply, explainForeign, migrationLock } from "../migrations/migrate.ts";
import { type OneConnection, oneConnection } from "../one-connection.ts";
import { requireSchema, requireUsable } from "../server-check.ts";
import { copyIn } from "./copy-in.ts";
import { copyOut } from "./copy-out.ts";
import { emptyDatabase } from "./empty.ts";
import { copyOutOf, type KeptTable, nameOf, quoteAll, readTables, setForCopying } from "./kept-tables.ts";

/** An empty database that takes rows as they are, none of which counts before all do. */
export type Refill = {
  /** What there is to be filled, in an order in which it can be. */
  tables: KeptTable[];
  /** @throws StartError when the rows don't fit; what the rows throw */
  fill(table: KeptTable, columns: string[], rows: AsyncIterable<Buffer>): Promise<void>;
  /** What was filled in, as the database has it: PostgreSQL's text format, in the order of the key. */
  rowsOf(table: KeptTable): AsyncGenerator<Buffer>;
};

type Options = {
  connection: pg.PoolConfig;
  migrationsDir: string;
  /** What the rows were written after; they are migrated further once they are in. */
  migrations: Pick<Applied, "name" | "checksum">[];
  /** Whether other connections tell of a server; behind a pooler they stay when it has gone. */
  seesServers: boolean;
};

/**
 * Fills a database in one transaction, so that whatever fails, or a process that is killed, leaves it as it was: empty.
 * Triggers don't number the rows meanwhile, and row-level security does not bind the owner; foreign keys are checked.
 *
 * @throws StartError when the database is in use, can't be used, or the rows are from a newer Ownlist
 */
export async function refill<T>(options: Options, work: (refill: Refill) => Promise<T>): Promise<T> {
  const { connection, migrationsDir } = options;
  const database = oneConnection(connection);
  try {
    await requireUsable(database);
    await requireSchema(database);
    const all = await readMigrations(migrationsDir);
    const result = await inOneTransaction(database, { ...options, all }, work);
    await database.query("COMMIT");
    await checkIsolation(connection);
    return result;
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw explain(database.failure ?? error);
  } finally {
    await database.end();
  }
}

async function inOneTransaction<T>(
  database: OneConnection,
  { all, migrations, migrationsDir, seesServers }: Options & { all: Migration[] },
  work: (refill: Refill) => Promise<T>,
): Promise<T> {
  const first = migrations.map((each) => findMigration(all, each));
  if (seesServers) await refuseServers(database);
  await database.query("BEGIN");
  await setForCopying(database);
  await database.query("SELECT set_config('lock_timeout', '5s', true)");
  await database.query("SELECT pg_advisory_xact_lock($1)", [migrationLock]);
  await emptyDatabase(database);
  await apply(database, migrationsDir, first);
  const { kept } = await readTables(database);
  await openFor(database, kept);
  const result = await work({
    tables: kept,
    fill: (table, columns, rows) => fill(database, table, columns, rows),
    rowsOf: (table) => copyOut(database, copyOutOf(table)),
  });
  await closeAgain(database, kept);
  if (first.length < all.length) await apply(database, migrationsDir, all);
  // Else the first hours would be planned as for empty tables.
  await database.query(`ANALYZE ${kept.map(nameOf).join(", ")}`);
  return result;
}

/** @throws StartError when there is none, or another one of its name */
function findMigration(all: Migration[], { name, checksum }: Options["migrations"][number]): Migration {
  const migration = all.find((each) => each.name === name);
  if (migration === undefined) {
    throw new StartError(
      `The backup is from a newer Ownlist (it has the migration ${name}): update Ownlist.`,
    );
  }
  if (checksumOf(migration) !== checksum) {
    throw new StartError(
      `The backup was made after another migration ${name} than there is here: use the Ownlist that made it.`,
    );
  }
  return migration;
}

/** Milliseconds that a server which has just been stopped takes to let go. */
const patience = 2000;

const others = `SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'ownlist' AND pid <> pg_backend_pid()`;

async function refuseServers(database: OneConnection): Promise<void> {
  for (const started = Date.now(); (await database.query(others)).length > 0; ) {
    if (Date.now() - started > patience)
      throw new StartError("An Ownlist is working on this database: stop it first.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function openFor(database: OneConnection, tables: KeptTable[]): Promise<void> {
  for (const table of tables) {
    const force = table.isForced ? ", NO FORCE ROW LEVEL SECURITY" : "";
    await database.query(`ALTER TABLE ${nameOf(table)} DISABLE TRIGGER USER${force}`);
    // What migrations write into new tables is part of the backup.
    await database.query(`DELETE FROM ${nameOf(table)}`);
  }
}

async function closeAgain(database: OneConnection, tables: KeptTable[]): Promise<void> {
  for (const table of tables) {
    const force = table.isForced ? ", FORCE ROW LEVEL SECURITY" : "";
    await database.query(`ALTER TABLE ${nameOf(table)} ENABLE TRIGGER USER${force}`);
  }
}

async function fill(
  database: OneConnection,
  table: KeptTable,
  columns: string[],
  rows: AsyncIterable<Buffer>,
): Promise<void> {
  try {
    await copyIn(database, `COPY ${nameOf(table)} (${quoteAll(columns)}) FROM STDIN`, rows);
  } catch (error) {
    // Of what they say only the code: the rest may be somebody's text.
    const code = errorCode(error);
    if (!/^(22|23)...$/.test(code)) throw error;
    throw new StartError(`The rows of ${table.name} don't fit the database (SQLSTATE ${code}).`);
  }
}

function explain(error: unknown): StartError {
  if (errorCode(error) === "55P03")
    return new StartError("The database is in use: stop every Ownlist that works on it.");
  const foreign = explainForeign(error);
  if (foreign !== null) return foreign;
  return new StartError(`The backup could not be restored: ${errorLine(error)}.`);
}
