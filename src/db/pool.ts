import pg from "pg";
import type { Logger } from "pino";
import { prepareConnection } from "./bound-query.ts";
import { createPreparing, isNotKept, type Preparing } from "./preparing.ts";

/** Connections to PostgreSQL kept by one process, its lanes among them. */
const maxConnections = 16;

/** One of so many connections is a lane, where there are enough of them to be spared. */
const lanePart = 4;
const fewestForLanes = 8;

/** A pool's options, and how many lanes there may be besides it: see lanes.ts. */
export type PoolOptions = pg.PoolOptions & { readonly lanes?: number };

/**
 * The pool of all that a process does. Nothing that waits on it waits for ever: two seconds for a connection, four for a
 * statement; see {@link isDatabaseAway} for what comes then.
 *
 * @param connection where the database is
 * @param log told about connections that break while idle, which is nobody's request
 * @param preparing ended where a new connection has somebody else's prepared statements
 * @param max connections, with those that are left for lanes
 */
export function createPool(
  connection: pg.PoolConfig,
  log: Logger,
  { preparing = createPreparing(true, log), max = maxConnections } = {},
): pg.Pool {
  const lanes = preparing.isOn && max >= fewestForLanes ? Math.floor(max / lanePart) : 0;
  const options: pg.PoolConfig & Pick<PoolOptions, "lanes"> = {
    ...connection,
    max: max - lanes,
    lanes,
    connectionTimeoutMillis: 2000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: "ownlist",
    query_timeout: 4000,
    // Awaited before the connection is used, a promise that the types don't know of.
    onConnect: (client) => setUp(client, preparing) as never,
  };
  const pool = new pg.Pool(options);
  pool.on("error", (error) => log.warn({ reason: error.message }, "an idle database connection broke"));
  // While somebody has it, the failure is that of their statement, the one under way or the next.
  pool.on("connect", (client) => client.on("error", () => {}));
  // Whoever got it next would work inside the open transaction, and what they were told is saved would not be.
  pool.on("release", (error, client) => {
    if (!error && client.getTransactionStatus() !== "I") client.end();
  });
  return pool;
}

/** One connection of its own to see whether the database answers, which is known however busy the others are. */
export function createProbe(connection: pg.PoolConfig, log: Logger): pg.Pool {
  return createPool(connection, log, { preparing: createPreparing(false, log), max: 1 });
}

async function setUp(client: pg.ClientBase, preparing: Preparing): Promise<void> {
  if (!preparing.isOn) return;
  try {
    await prepareConnection(client);
  } catch (error) {
    if (!isNotKept(error)) throw error;
    preparing.stop();
  }
}
