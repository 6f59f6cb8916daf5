import pg from "pg";
import type { Logger } from "pino";

/** Connections to PostgreSQL kept by one process. */
const maxConnections = 16;

/**
 * Sent on each new connection rather than as start-up parameters, which poolers such as PgBouncer refuse.
 * The adapter takes timestamps for UTC, whatever the database's own zone. The timeouts are below the client's
 * own query timeout, so that the server ends a statement before the client gives it up.
 */
const sessionSettings =
  "SET timezone = 'UTC'; SET statement_timeout = '3500ms'; SET lock_timeout = '3s'; SET idle_in_transaction_session_timeout = '10s'";

type Query = pg.Client["query"];

/**
 * Cuts a connection on which a query got no answer in time: what is sent after it, a ROLLBACK too, would only
 * wait behind it.
 */
function cutWhenUnanswered(client: pg.Client): void {
  client.query = ((...args: Parameters<Query>) => {
    const result: unknown = pg.Client.prototype.query.apply(client, args);
    if (result instanceof Promise) {
      result.catch((error: Error) => {
        if (error.message === "Query read timeout") client.end();
      });
    }
    return result;
  }) as Query;
}

/**
 * The process's only pool. Nothing that waits on it waits for ever: two seconds for a connection, four for a
 * statement; see {@link isDatabaseAway} for what comes then.
 *
 * @param connection where the database is
 * @param log told about connections that break while idle, which is nobody's request
 */
export function createPool(connection: pg.PoolConfig, log: Logger): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    max: maxConnections,
    connectionTimeoutMillis: 2000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: "ownlist",
    query_timeout: 4000,
    // Awaited before the connection is used, a promise that the types don't know of.
    onConnect: (client) => client.query(sessionSettings) as never,
  });
  pool.on("error", (error) => log.warn({ reason: error.message }, "an idle database connection broke"));
  pool.on("connect", cutWhenUnanswered);
  // Whoever got it next would work inside the open transaction, and what they were told is saved would not be.
  pool.on("release", (error, client) => {
    if (!error && client.getTransactionStatus() !== "I") client.end();
  });
  return pool;
}
