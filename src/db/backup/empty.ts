import { StartError } from "../../runtime/start-error.ts";
import type { OneConnection } from "../one-connection.ts";
import { keptTables, leftTables, nameOf, otherFunctions } from "./kept-tables.ts";

const ours = [...Object.keys(keptTables), ...leftTables];

/**
 * Takes away the tables that Ownlist made in a database that nobody has used, so that they can be made as they were at
 * any time.
 *
 * @param database in a transaction, as the tables' owner
 * @throws StartError when there are accounts in it
 */
export async function emptyDatabase(database: OneConnection): Promise<void> {
  const tables = await database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname = ANY($1)`,
    [ours],
  );
  if (tables.length === 0) return;
  if (tables.some(({ name }) => name === "users")) await refuseAccounts(database);
  const names = tables.map(nameOf).join(", ");
  const functions = await database.query<{ signature: string }>(
    `SELECT DISTINCT tgfoid::regprocedure::text AS signature FROM pg_trigger
     WHERE NOT tgisinternal AND tgrelid::regclass = ANY($1::regclass[])
     UNION SELECT oid::regprocedure::text FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace AND proname = ANY($2)`,
    [tables.map(nameOf), otherFunctions],
  );
  await database.query(`DROP TABLE ${names}`);
  for (const { signature } of functions) await database.query(`DROP FUNCTION ${signature}`);
}

/** Its owner sees whether there are any once row-level security does not bind it. */
async function refuseAccounts(database: OneConnection): Promise<void> {
  await database.query("ALTER TABLE public.users NO FORCE ROW LEVEL SECURITY");
  const found = await database.query("SELECT FROM public.users LIMIT 1");
  if (found.length === 0) return;
  throw new StartError(
    "There are accounts in this database: a backup is restored into an empty one only. Make another database, or name an empty data folder.",
  );
}
