import type pg from "pg";
import { type Binding, currentBinding } from "./binding.ts";
import { runBound, type Statement } from "./bound-query.ts";
import { isUnanswered } from "./pool.ts";

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
      return await run<Row>(client, binding, statement);
    } finally {
      client.release();
    }
  }

  async function run<Row extends pg.QueryResultRow>(
    client: pg.PoolClient,
    binding: Binding,
    statement: Statement,
  ) {
    try {
      return await runBound<Row>(client, binding, statement, isPrepared);
    } catch (error) {
      // What is sent after it would only wait behind it.
      if (isUnanswered(error)) client.end();
      throw error;
    }
  }

  /** A connection for a transaction of several statements, each of them bound. */
  async function connect() {
    const binding = currentBinding();
    const client = await pool.connect();
    return {
      query: (statement: Statement) =>
        control.test(statement.text) ? runControl(client, statement) : run(client, binding, statement),
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

/** @throws Error where PostgreSQL answers a COMMIT by rolling back, as it does after a failure, without an error */
async function runControl(client: pg.PoolClient, statement: Statement): Promise<pg.QueryResult> {
  const result = await client.query(statement);
  if (statement.text === "COMMIT" && result.command !== "COMMIT") {
    throw new Error("The transaction could not be committed: a statement of it had failed.");
  }
  return result;
}
