import pg from "pg";
import type { Logger } from "pino";
import { errorCode, StartError } from "../runtime/start-error.ts";
import { describeConnectionError } from "./connection-error.ts";

/** Whether this process prepares statements: until it turns out that connections don't keep them. */
export type Preparing = {
  readonly isOn: boolean;
  /** From here on nothing is prepared; the first time, the operator is told. */
  stop(): void;
};

export const notKept =
  "prepared statements get lost on the way to the database, as behind a pooler in transaction mode: going on without them; set DATABASE_PREPARE=off";

export function createPreparing(isOn: boolean, log: Logger): Preparing {
  let isStillOn = isOn;
  return {
    get isOn() {
      return isStillOn;
    },
    stop() {
      if (isStillOn) log.warn(notKept);
      isStillOn = false;
    },
  };
}

/**
 * Whether a connection turned out to have lost a prepared statement, or to have somebody else's of that name: SQLSTATE
 * invalid_sql_statement_name or duplicate_prepared_statement. Either comes before the statement is executed.
 */
export function isNotKept(error: unknown): boolean {
  return ["26000", "42P05"].includes(errorCode(error));
}

/** Milliseconds that each step of the probe may take. */
const probeTimeout = 3000;

/**
 * Tries whether two connections to a database keep what each of them prepares. Behind a pooler that changes connections
 * between transactions they get the same one in turn, and meet there what the other has prepared.
 *
 * @throws StartError when the database can't be reached
 */
export async function keepsPrepared(connection: pg.PoolConfig): Promise<boolean> {
  const config = { ...connection, connectionTimeoutMillis: probeTimeout, query_timeout: probeTimeout };
  const clients = [new pg.Client(config), new pg.Client(config)];
  // A name of this probe's own: a pooler's connections outlive it.
  const statement = { name: `probe-${crypto.randomUUID()}`, text: "SELECT 1" };
  try {
    for (const client of clients) {
      client.on("error", () => {});
      await client.connect();
    }
    for (const client of [...clients, ...clients]) await client.query(statement);
    return true;
  } catch (error) {
    if (isNotKept(error)) return false;
    throw new StartError(describeConnectionError(error));
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}
