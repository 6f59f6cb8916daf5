import type { OneConnection } from "../one-connection.ts";
import { everyOwnTable } from "../own-tables.ts";

/** Who sees a table's rows: each user their own, or the tables' owner all. */
type Reader = "user" | "owner";

/** The tables that a backup holds, each after those that it refers to. */
export const keptTables: Record<string, Reader> = {
  installation: "owner",
  ...Object.fromEntries(everyOwnTable.map(({ name }) => [name, "user" as const])),
};

/** Those that it leaves out: counts of attempts, which an hour makes worthless, and what the migrations write anew. */
export const leftTables = ["rate_limits", "_prisma_migrations"];

/** What migrations call to make tables, and what guards call; the triggers' functions are found by their triggers. */
export const otherFunctions = ["own_table", "expires", "counted", "refuse_session"];

/** A kept table as the database has it. */
export type KeptTable = {
  name: string;
  reader: Reader;
  columns: string[];
  /** Of the primary key, in its order. */
  key: string[];
  /** Whether row-level security binds its owner as well. */
  isForced: boolean;
};

export type Tables = {
  kept: KeptTable[];
  /** The names of those in the same schema that are not Ownlist's. */
  foreign: string[];
};

const catalogue = `SELECT relname AS name, relforcerowsecurity AS "isForced",
    ARRAY(SELECT attname::text FROM pg_attribute
      WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum) AS columns,
    ARRAY(SELECT attname::text FROM pg_index, unnest(indkey) WITH ORDINALITY AS part(number, place)
      JOIN pg_attribute ON attnum = number WHERE attrelid = pg_class.oid AND indrelid = pg_class.oid AND indisprimary
      ORDER BY place) AS key
  FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace`;

/** What there is in the database, in the order in which it can be put back. */
export async function readTables(database: OneConnection): Promise<Tables> {
  const found = await database.query<Omit<KeptTable, "reader">>(catalogue);
  const kept = Object.entries(keptTables).flatMap(([name, reader]) => {
    const table = found.find((each) => each.name === name);
    return table === undefined ? [] : [{ ...table, reader }];
  });
  const foreign = found
    .map(({ name }) => name)
    .filter((name) => !Object.hasOwn(keptTables, name) && !leftTables.includes(name));
  return { kept, foreign: foreign.sort() };
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** @returns names for SQL, with commas between them */
export const quoteAll = (names: string[]): string => names.map(quote).join(", ");

/** @returns a table's name for SQL, whatever the search path */
export const nameOf = ({ name }: { name: string }): string => `public.${quote(name)}`;

/** Reads whatever the role that runs it may see, in the order of the key: the same rows are the same bytes. */
export function copyOutOf(table: KeptTable): string {
  const { columns, key } = table;
  return `COPY (SELECT ${quoteAll(columns)} FROM ${nameOf(table)} ORDER BY ${quoteAll(key)}) TO STDOUT`;
}

/**
 * What decides how values are written and read, and that nothing has to be done in a certain time. For the length of the
 * transaction.
 */
export async function setForCopying(database: OneConnection): Promise<void> {
  // The last is new with PostgreSQL 17.
  await database.query(
    `SELECT set_config(name, value, true) FROM (VALUES ('timezone', 'UTC'), ('datestyle', 'ISO, YMD'),
       ('intervalstyle', 'postgres'), ('bytea_output', 'hex'), ('extra_float_digits', '1'), ('statement_timeout', '0'),
       ('idle_in_transaction_session_timeout', '0'), ('transaction_timeout', '0')) AS setting(name, value)
     WHERE EXISTS (SELECT FROM pg_settings WHERE pg_settings.name ILIKE setting.name)`,
  );
}
