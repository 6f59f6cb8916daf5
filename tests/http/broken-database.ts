import pg from "pg";
import { inject } from "vitest";
import type { TestServer } from "../helpers/server.ts";

/**
 * Changes the server's database as its administrator, does something, and undoes the change.
 *
 * @param change SQL, and `undo` what takes it back
 */
export async function whileDatabase<T>(
  { connection }: TestServer,
  change: string,
  undo: string,
  run: () => Promise<T>,
): Promise<T> {
  const admin = new pg.Client({ ...inject("postgres"), database: connection.database ?? "" });
  await admin.connect();
  await admin.query(change);
  try {
    return await run();
  } finally {
    await admin.query(undo);
    await admin.end();
  }
}

/** Takes a column away that the server counts on, so that it meets what nobody foresaw. */
export const withoutDescriptions = <T>(server: TestServer, run: () => Promise<T>) =>
  whileDatabase(
    server,
    "ALTER TABLE tasks RENAME description TO gone",
    "ALTER TABLE tasks RENAME gone TO description",
    run,
  );

/** Ends the server's connections and allows it no others. */
export const withoutConnections = <T>(server: TestServer, run: () => Promise<T>) =>
  whileDatabase(
    server,
    `ALTER DATABASE ${server.connection.database} CONNECTION LIMIT 0;
     SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    `ALTER DATABASE ${server.connection.database} CONNECTION LIMIT -1`,
    run,
  );
