import type pg from "pg";
import { askedBy } from "./asked-pool.ts";
import { type Binding, currentBinding } from "./binding.ts";
import { passGuard, runBound, type Statement } from "./bound-query.ts";
import { isLockTimeout, isTimeUp } from "./failures.ts";
import { laneTimes } from "./lane.ts";
import { createLanes, isForPool } from "./lanes.ts";
import type { PoolOptions } from "./pool.ts";
import { isNotKept, type Preparing } from "./preparing.ts";
import { createShares } from "./shares.ts";
import { createShortStatements } from "./short-statements.ts";
import { createTimeShares } from "./time-shares.ts";

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
  /** Ends what it has opened besides the pool, when what is under way there is answered; the pool serves on. */
  close(): Promise<void>;
};

const control = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET TRANSACTION)\b/;

/** Milliseconds until which a statement that met a row that somebody holds is begun again. */
const lockPatience = 2000;

/**
 * @param preparing what the pool was made with
 * @param onCharge told when a statement that somebody pays for is through, or was stopped because it took too long, and
 *   milliseconds of the database's time: see {@link createTimeShares}
 */
export function bindPool(
  pool: pg.Pool,
  preparing: Preparing,
  onCharge: (userId: string, milliseconds: number) => void = () => {},
): BoundPool {
  const shares = createShares(pool.options.max);
  const beginTime = createTimeShares();
  const short = createShortStatements();
  const { lanes: laneCount = 0 }: PoolOptions = pool.options;
  // Spread, an object leaves its password behind.
  const lanes = createLanes({ ...pool.options, password: pool.options.password }, laneCount, preparing);

  function charge({ isCharged, value }: Binding, milliseconds: number): void {
    if (isCharged) onCharge(value, milliseconds);
  }

  async function runOn<Row extends pg.QueryResultRow>(
    client: pg.PoolClient,
    binding: Binding,
    statement: Statement,
  ): Promise<pg.QueryResult<Row>> {
    const run = (isPrepared: boolean) =>
      answered(client, runBound<Row>(client, binding, statement, isPrepared));
    if (!preparing.isOn) return run(false);
    return run(true).catch((error) => {
      if (!isNotKept(error)) throw error;
      // All of it has been rolled back, if anything was done at all, and may be done again.
      preparing.stop();
      return run(false);
    });
  }

  async function runCharged<Row extends pg.QueryResultRow>(
    client: pg.PoolClient,
    binding: Binding,
    statement: Statement,
  ): Promise<pg.QueryResult<Row>> {
    const endTime = beginTime();
    let result: pg.QueryResult<Row>;
    try {
      result = await runOn<Row>(client, binding, statement);
    } catch (error) {
      const time = endTime();
      // A database that is away has taken nobody's time.
      if (isTimeUp(error)) charge(binding, time);
      throw error;
    }
    const time = endTime();
    charge(binding, time);
    short.ran(binding, statement, time);
    return result;
  }

  /** @returns undefined where it has to go through the pool */
  async function queryLanes<Row extends pg.QueryResultRow>(binding: Binding, statement: Statement) {
    if (!short.isShort(binding, statement)) return undefined;
    try {
      return await lanes.run<Row>(binding, statement, () => short.wasLong(binding, statement));
    } catch (error) {
      if (!isForPool(error)) throw error;
      // Rolled back, like whatever fails in a group.
      if (isTimeUp(error)) charge(binding, laneTimes.statement_timeout);
      return undefined;
    }
  }

  async function query<Row extends pg.QueryResultRow>(binding: Binding, statement: Statement) {
    return (await queryLanes<Row>(binding, statement)) ?? queryPool<Row>(binding, statement);
  }

  async function queryPool<Row extends pg.QueryResultRow>(binding: Binding, statement: Statement) {
    const { share } = binding;
    for (const since = performance.now(); ; ) {
      const turn = shares.take(share);
      if (turn !== undefined) await turn;
      let client: pg.PoolClient | undefined;
      try {
        client = await pool.connect();
        return await runCharged<Row>(client, binding, statement);
      } catch (error) {
        if (!isLockTimeout(error) || performance.now() - since >= lockPatience) throw error;
        // Rolled back too. Who waits for a connection has a turn before it is tried again.
      } finally {
        client?.release();
        shares.give(share);
      }
    }
  }

  /** Has a guard pass by itself, where there is one that has not: a transaction's statements don't carry it. */
  async function passed(binding: Binding): Promise<Binding> {
    const { guard, ...unguarded } = binding;
    if (guard?.isPassed === false) {
      const { rows } = await query<Record<string, unknown>>(unguarded, guard.statement);
      passGuard(guard, rows[0]);
    }
    return unguarded;
  }

  /**
   * A connection for a transaction of several statements, each of them bound. Nothing is prepared: a statement that is
   * not there would end the transaction, which can't be done again from here.
   */
  async function connect() {
    const binding = await passed(currentBinding());
    const { share } = binding;
    await shares.take(share);
    const client = await pool.connect().catch((error) => {
      shares.give(share);
      throw error;
    });
    return {
      query: (statement: Statement) => {
        const isControl = control.test(statement.text);
        return answered(
          client,
          isControl ? runControl(client, statement) : runBound(client, binding, statement, false),
        );
      },
      release: (error?: Error | boolean) => {
        // Throws the second time, so that it is given back once.
        client.release(error);
        shares.give(share);
      },
      on: client.on.bind(client),
      removeListener: client.removeListener.bind(client),
    };
  }

  const prismaQuery = (statement: Statement) => query(currentBinding(), statement);
  return { query, forPrisma: askedBy(pool, { query: prismaQuery, connect }), close: lanes.close };
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
