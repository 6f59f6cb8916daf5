import type pg from "pg";
import { type Binding, currentBinding } from "./binding.ts";
import { runBound, type Statement } from "./bound-query.ts";

/** The only way from the server to rows: every statement is bound. */
export type BoundPool = {
  /** Whether statements are prepared; they can't be behind poolers that change the connection under them. */
  readonly isPrepared: boolean;
  /**
   * Runs one statement in a transaction of its own.
   *
   * @returns when it has been committed
   */
  query<Row extends pg.QueryResultRow>(binding: Binding, statement: Statement): Promise<pg.QueryResult<Row>>;
  /** The same for Prisma, bound by {@link currentBinding} when it asks. */
  readonly forPrisma: pg.Pool;
};

const control = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET TRANSACTION)\b/;

export function bindPool(pool: pg.Pool, isPrepared: boolean): BoundPool {
  async function query<Row extends pg.QueryResultRow>(binding: Binding, statement: Statement) {
    const client = await pool.connect();
    try {
      return await answered(client, runBound<Row>(client, binding, statement, isPrepared));
    } finally {
      client.release();
    }
  }

  /** A connection for a transaction of several statements, each of them bound. */
  async function connect() {
    const binding = currentBinding();
    const client = await pool.connect();
    return {
      query: (statement: Statement) => {
        const isControl = control.test(statement.text);
        const run = isControl
          ? runControl(client, statement)
          : runBound(client, binding, statement, isPrepared);
        return answered(client, run);
      },
      release: (error?: Error | boolean) => client.release(error),
      on: client.on.bind(client),
      removeListener: client.removeListener.bind(client),
    };
  }

  const prismaQuery = (statement: Statement) => query(currentBinding(), statement);
  const forPrisma = new Proxy(pool, {
    get(target, key) {
      if (key === "query") return prismaQuery;
      if (key === "connect") return connect;
      return Reflect.get(target, key);
    },
  });
  return { isPrepared, query, forPrisma };
}

/**
 * Cuts the connection when there is no answer in time: what is sent after it, a ROLLBACK too, would only wait behind it.
 */
async function answered<Result>(client: pg.PoolClient, result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof Error && error.message === "Query read timeout") client.end();
    throw error;
  }
}

/** @throws Error where PostgreSQL answers a COMMIT by rolling back, as it does after a failure, without an error */
async function runControl(client: pg.PoolClient, statement: Statement): Promise<pg.QueryResult> {
  const result = await client.query(statement);
  if (statement.text === "COMMIT" && result.command !== "COMMIT") {
    throw new Error("The transaction could not be committed: a statement of it had failed.");
  }
  return result;
}
