import type pg from "pg";
import { type Binding, currentBinding } from "./binding.ts";
import { runBound, type Statement } from "./bound-query.ts";
import { isNotKept, type Preparing } from "./preparing.ts";

/** The only way from the server to rows: every statement is bound. */
export type BoundPool = {
  /**
   * Runs one statement in a transaction of its own; one with a name is prepared, where that is possible.
   *
   * @returns when it has been committed
   */
  query<Row extends pg.QueryResultRow>(binding: Binding, statement: Statement): Promise<pg.QueryResult<Row>>;
  /** The same for Prisma, bound by {@link currentBinding} when it asks. */
  readonly forPrisma: pg.Pool;
};

const control = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET TRANSACTION)\b/;

/** @param preparing what the pool was made with */
export function bindPool(pool: pg.Pool, preparing: Preparing): BoundPool {
  async function query<Row extends pg.QueryResultRow>(binding: Binding, statement: Statement) {
    const client = await pool.connect();
    try {
      const run = (isPrepared: boolean) =>
        answered(client, runBound<Row>(client, binding, statement, isPrepared));
      if (!preparing.isOn) return await run(false);
      return await run(true).catch((error) => {
        if (!isNotKept(error)) throw error;
        // All of it has been rolled back, if anything was done at all, and may be done again.
        preparing.stop();
        return run(false);
      });
    } finally {
      client.release();
    }
  }

  /**
   * A connection for a transaction of several statements, each of them bound. Nothing is prepared: a statement that is
   * not there would end the transaction, which can't be done again from here.
   */
  async function connect() {
    const binding = currentBinding();
    const client = await pool.connect();
    return {
      query: (statement: Statement) => {
        const isControl = control.test(statement.text);
        return answered(
          client,
          isControl ? runControl(client, statement) : runBound(client, binding, statement, false),
        );
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
  return { query, forPrisma };
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
  const result = await client.query({ ...statement, name: undefined });
  if (statement.text === "COMMIT" && result.command !== "COMMIT") {
    throw new Error("The transaction could not be committed: a statement of it had failed.");
  }
  return result;
}
