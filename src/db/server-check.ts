import { StartError } from "../runtime/start-error.ts";
import { describeConnectionError } from "./connection-error.ts";
import type { OneConnection } from "./one-connection.ts";

type Server = {
  version: number;
  release: string;
  encoding: string;
  isStandby: boolean;
  isReadOnly: boolean;
};

const serverQuery = `SELECT current_setting('server_version_num')::int AS version,
    current_setting('server_version') AS release, pg_encoding_to_char(encoding) AS encoding,
    pg_is_in_recovery() AS "isStandby", current_setting('transaction_read_only')::bool AS "isReadOnly"
  FROM pg_database WHERE datname = current_database()`;

/**
 * Makes sure that the database can be Ownlist's at all: that it answers, in a version and an encoding that will do, has
 * transactions and takes changes.
 * @throws StartError with what an operator can do about it
 */
export async function requireUsable(database: OneConnection): Promise<void> {
  let server: Server | undefined;
  try {
    // Some poolers have no transactions of several statements.
    await database.query("BEGIN");
    [server] = await database.query<Server>(serverQuery);
    await database.query("COMMIT");
  } catch (error) {
    throw new StartError(describeConnectionError(error));
  }
  const problem = server && problemOf(server);
  if (problem) throw new StartError(problem);
}

function problemOf({ version, release, encoding, isStandby, isReadOnly }: Server): string | null {
  if (version < 140_000) return `The database is PostgreSQL ${release}; Ownlist needs 14 or newer.`;
  // SQL_ASCII stores the bytes that it is sent, and those are UTF-8.
  if (encoding !== "UTF8" && encoding !== "SQL_ASCII") {
    return `The database's encoding is ${encoding}; Ownlist needs UTF8: create it with ENCODING 'UTF8'.`;
  }
  if (isStandby) {
    return "The database is a standby, which takes no changes: name the primary in DATABASE_URL, or wait until this one is promoted.";
  }
  if (isReadOnly) {
    return "The database takes no changes: look at default_transaction_read_only, of the server, the database and the role in DATABASE_URL.";
  }
  return null;
}

type Schema = { role: string; canUse: boolean | null; canCreate: boolean | null };

/**
 * Makes sure that tables can be made where they belong. From PostgreSQL 15 on not everybody may who may connect.
 * @throws StartError with what to grant
 */
export async function requireSchema(database: OneConnection): Promise<void> {
  const [schema] = await database.query<Schema>(
    `SELECT quote_ident(current_user) AS role, has_schema_privilege(oid, 'USAGE') AS "canUse",
       has_schema_privilege(oid, 'CREATE') AS "canCreate"
     FROM (SELECT current_user) AS me LEFT JOIN pg_namespace ON nspname = 'public'`,
  );
  const { role, canUse, canCreate } = schema ?? {};
  if (canUse === null) {
    throw new StartError('The database has no schema "public": as its owner run CREATE SCHEMA public.');
  }
  if (canUse && canCreate) return;
  throw new StartError(
    `The role ${role} may not make tables in the schema "public": as the database's owner run GRANT CREATE, USAGE ON SCHEMA public TO ${role}.`,
  );
}
