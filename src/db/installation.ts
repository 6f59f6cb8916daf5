import type pg from "pg";
import { errorLine, StartError } from "../runtime/start-error.ts";
import { oneConnection } from "./one-connection.ts";

/**
 * Which installation this is: the same for all processes on one database, and for no other.
 *
 * @param connection as the tables' owner; they are migrated
 * @returns a UUID
 * @throws StartError when it can't be read
 */
export async function readInstallation(connection: pg.PoolConfig): Promise<string> {
  const database = oneConnection(connection);
  try {
    // The migration made the row; data that were brought here without it still start.
    await database.query("INSERT INTO installation DEFAULT VALUES ON CONFLICT DO NOTHING");
    const [row] = await database.query<{ id: string }>("SELECT id FROM installation");
    if (row === undefined) throw new Error("there is no row that may be seen");
    return row.id;
  } catch (error) {
    throw new StartError(`The installation's id could not be read: ${errorLine(error)}.`);
  } finally {
    await database.end();
  }
}
