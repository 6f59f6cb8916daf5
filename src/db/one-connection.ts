import pg from "pg";

/**
 * One connection that never becomes another: once a statement fails or the connection breaks, everything after it fails
 * too, so that what was begun in a transaction can't go on outside it.
 */
export type OneConnection = {
  pool: pg.Pool;
  /** What broke it; undefined as long as it works. */
  readonly failure: unknown;
  /** Runs what uses the pool, unless the connection is broken. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Says that it is broken, for what does not go through {@link run}. */
  fail(error: unknown): void;
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  end(): Promise<void>;
};

/** Opens no connection yet: the first query does, and fails after three seconds without an answer. */
export function oneConnection(connection: pg.PoolConfig): OneConnection {
  // A pool of one, since Prisma's adapter takes nothing smaller.
  const pool = new pg.Pool({
    application_name: "ownlist",
    ...connection,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 3000,
  });
  let failure: unknown;
  function fail(error: unknown): void {
    failure ??= error;
  }
  pool.on("error", fail);
  // While somebody has it, what breaks it is told to nobody else.
  pool.on("connect", (client) => client.on("error", fail));
  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (failure !== undefined) throw failure;
    try {
      return await work();
    } catch (error) {
      fail(error);
      throw error;
    }
  }
  return {
    pool,
    get failure() {
      return failure;
    },
    run,
    fail,
    query: (sql, values) => run(async () => (await pool.query(sql, values)).rows),
    end: () => pool.end(),
  };
}
