import type pg from "pg";
import { errorCode, errorLine, StartError } from "../../runtime/start-error.ts";
import { asAdmin, asUser, type Binding } from "../binding.ts";
import { readMigrations } from "../migrations/folder.ts";
import { type Applied, missing, readApplied } from "../migrations/migrate.ts";
import { type OneConnection, oneConnection } from "../one-connection.ts";
import { requireUsable } from "../server-check.ts";
import { copyOut } from "./copy-out.ts";
import { copyOutOf, type KeptTable, nameOf, readTables, setForCopying, type Tables } from "./kept-tables.ts";

/** Everything in the database as it is at one moment, whatever is written meanwhile. */
export type Snapshot = Tables & {
  migrations: Pick<Applied, "name" | "checksum">[];
  /** A table's rows in PostgreSQL's text format, in the order of the key. */
  rowsOf(table: KeptTable): AsyncGenerator<Buffer>;
  /** How many rows there are, counted in another way; null where nobody may count all of them. */
  count(table: KeptTable): Promise<number | null>;
};

/** The first migrations after which a user's rows can be read as theirs, and the users be listed. */
const firstMigration = "20261121180933_accounts";

/** Users whose rows are asked for in one message. */
const pageSize = 500;

const become = ({ role, setting, value }: Binding) =>
  `SELECT set_config('role', '${role}', true), set_config('${setting}', '${value}', true)`;
const becomeOwner = "SELECT set_config('role', 'none', true)";

/**
 * Reads the database from one snapshot. The tables' owner sees no rows (docs/decisions/010-binding.md), so each user's
 * are read as that user.
 *
 * @param connection as the tables' owner; it is left as it is, not migrated
 * @throws StartError when the database is none of Ownlist's, too old or too new, or can't be read
 */
export async function withSnapshot<T>(
  { connection, migrationsDir }: { connection: pg.PoolConfig; migrationsDir: string },
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const database = oneConnection(connection);
  try {
    await requireUsable(database);
    const before = await readApplied(database);
    if (!before.some(({ name }) => name === firstMigration)) {
      throw new StartError(
        "The database has no tables of Ownlist's, or old ones: start Ownlist on it first.",
      );
    }
    // The lock comes before the snapshot: no migration is under way, nor begins.
    await database.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await database.query("LOCK TABLE _prisma_migrations IN SHARE MODE");
    await setForCopying(database);
    const applied = await readApplied(database);
    missing(await readMigrations(migrationsDir), applied);
    const result = await work({
      ...(await readTables(database)),
      migrations: applied.map(({ name, checksum }) => ({ name, checksum })),
      rowsOf: (table) => rowsOf(database, table),
      count: (table) => count(database, table),
    });
    await database.query("COMMIT");
    return result;
  } catch (error) {
    throw errorCode(database.failure) === ""
      ? error
      : new StartError(`The database could not be read: ${errorLine(database.failure)}.`);
  } finally {
    await database.end();
  }
}

async function* rowsOf(database: OneConnection, table: KeptTable): AsyncGenerator<Buffer> {
  const copy = copyOutOf(table);
  if (table.reader === "owner") {
    await database.query(becomeOwner);
    yield* copyOut(database, copy);
    return;
  }
  for await (const ids of userPages(database))
    yield* copyOut(database, ids.map((id) => `${become(asUser(id))}; ${copy};`).join("\n"));
}

/** The users' ids, in order. */
async function* userPages(database: OneConnection): AsyncGenerator<string[]> {
  for (let after: string | null = null; ; ) {
    await database.query(become(asAdmin()));
    const page: { id: string }[] = await database.query(
      "SELECT id FROM public.users WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2",
      [after, pageSize],
    );
    if (page.length > 0) yield page.map(({ id }) => id);
    after = page.at(-1)?.id ?? after;
    if (page.length < pageSize) return;
  }
}

async function count(database: OneConnection, table: KeptTable): Promise<number | null> {
  const { role } = asAdmin();
  const [right] = await database.query<{ may: boolean }>(
    "SELECT has_any_column_privilege($1, $2::regclass, 'SELECT') AS may",
    [role, nameOf(table)],
  );
  if (right?.may !== true) return null;
  await database.query(become(asAdmin()));
  const [row] = await database.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${nameOf(table)}`);
  return Number(row?.rows);
}
