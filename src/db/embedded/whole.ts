import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { errorCode, errorLine, StartError } from "../../runtime/start-error.ts";

// What every cluster has files in. Copies lose empty folders, whole programs don't lose these.
const needed = [
  "PG_VERSION",
  "postgresql.conf",
  "pg_hba.conf",
  "pg_ident.conf",
  "global/pg_control",
  "global/pg_filenode.map",
  "base/1/PG_VERSION",
  "pg_xact",
  "pg_multixact/members",
  "pg_multixact/offsets",
  "pg_wal",
];

/** Whether there is a database here or what is left of one; an empty folder is none yet. */
export function hasCluster(clusterDir: string): boolean {
  try {
    return readdirSync(clusterDir).length > 0;
  } catch {
    return existsSync(clusterDir);
  }
}

/**
 * Looks whether a database is all there before PostgreSQL touches it. What may not be looked at counts as there: that is
 * a matter of rights.
 * @param version PostgreSQL's major version
 * @throws StartError when it is damaged or only half copied, or another version's
 */
export function requireWhole(clusterDir: string, version: string): void {
  const missing = needed.find((name) => isMissing(join(clusterDir, name)));
  if (missing !== undefined) throw damaged(clusterDir, `${missing} is missing`);
  const made = look(() => readFileSync(join(clusterDir, "PG_VERSION"), "utf8").trim(), version);
  if (made !== version) {
    throw new StartError(
      `The database in ${clusterDir} is PostgreSQL ${made}'s, and this Ownlist runs ${version}: start the Ownlist that made it, and bring the data over with a backup.`,
    );
  }
  const databases = look(() => readdirSync(join(clusterDir, "base")), []).filter((name) =>
    /^\d+$/.test(name),
  );
  const empty = databases.find((name) => isMissing(join(clusterDir, "base", name, "PG_VERSION")));
  if (empty !== undefined) throw damaged(clusterDir, `base/${empty}/PG_VERSION is missing`);
  const log = look(() => readdirSync(join(clusterDir, "pg_wal")), null);
  if (log?.every((name) => !/^[0-9A-F]{24}$/.test(name))) {
    throw damaged(clusterDir, "there is no log of changes in pg_wal");
  }
}

function isMissing(path: string): boolean {
  return look(() => statSync(path, { throwIfNoEntry: false }) === undefined, false);
}

/** What is found, or the fallback where this process may not look. */
function look<T>(find: () => T, fallback: T): T {
  try {
    return find();
  } catch (error) {
    if (errorCode(error) === "EACCES") return fallback;
    throw error;
  }
}

/**
 * Looks whether each table and index of a database has its file.
 * @param connection an administrator's, to the database in question
 * @throws StartError when one has not
 */
export async function requireFiles(connection: pg.ClientConfig, clusterDir: string): Promise<void> {
  const client = new pg.Client(connection);
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ path: string }>(missingFile);
    if (rows[0] !== undefined) throw damaged(clusterDir, `${rows[0].path} is missing or empty`);
  } catch (error) {
    // Where the file of a catalogue is missing, that is what PostgreSQL says.
    if (error instanceof pg.DatabaseError) throw damaged(clusterDir, errorLine(error));
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

// The file of a table without rows is empty, that of an index never is.
const missingFile = `
  SELECT path FROM pg_class, pg_relation_filepath(oid) AS path, pg_stat_file(path, true) AS file
  WHERE path IS NOT NULL AND (file.size IS NULL OR file.size = 0 AND relkind = 'i') LIMIT 1`;

function damaged(clusterDir: string, what: string): StartError {
  return new StartError(
    `The database in ${clusterDir} is damaged or half a copy (${what}), and was left as it is: copy it again while no Ownlist uses it, or restore a backup.`,
  );
}
