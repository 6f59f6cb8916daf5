import pg from "pg";
import { StartError } from "../../runtime/start-error.ts";
import { socketPort } from "./socket.ts";

/** The name of both the database and the role that the server uses; the role owns the database and nothing else. */
export const ownName = "ownlist";

/** PostgreSQL's administrator, whom initdb makes. */
export const superuser = "postgres";
// Any number will do; it marks the data as taken for as long as the session that holds it lasts.
const holderLock = 7_041_776;
const patience = 1500;

/** Connects as the administrator; fails at once where nothing listens, within 1.5 s where nothing answers. */
export async function openSession(socketDir: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: socketDir,
    port: socketPort,
    user: superuser,
    database: superuser,
    application_name: `ownlist ${process.pid}`,
    connectionTimeoutMillis: patience,
  });
  // A connection that breaks later is noticed by its "end".
  client.on("error", () => {});
  await client.connect();
  return client;
}

/**
 * Takes the data for this process until the session ends, be it by kill -9.
 * @throws StartError that names the process that holds them, when it still does after 1.5 s
 */
export async function holdData(client: pg.Client, dataDir: string): Promise<void> {
  const started = Date.now();
  while (!(await tryHold(client))) {
    if (Date.now() - started > patience) {
      const holder = await findHolder(client);
      throw new StartError(
        `Another Ownlist (process ${holder}) is using the data in ${dataDir}: stop it, or name another folder in OWNLIST_DATA.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Makes the server's role and database where they are missing. The role may make others, to be less than itself. */
export async function createDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ role: boolean; database: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS role,
            EXISTS (SELECT FROM pg_database WHERE datname = $1) AS database`,
    [ownName],
  );
  if (rows[0]?.role === false) await client.query(`CREATE ROLE ${ownName} LOGIN CREATEROLE`);
  if (rows[0]?.database === false) await client.query(`CREATE DATABASE ${ownName} OWNER ${ownName}`);
}

async function tryHold(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>("SELECT pg_try_advisory_lock($1) AS held", [
    holderLock,
  ]);
  return rows[0]?.held === true;
}

async function findHolder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND objid = $1 AND granted`,
    [holderLock],
  );
  return rows[0]?.name.split(" ").at(-1) ?? "unknown";
}
