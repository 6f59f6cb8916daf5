import type pg from "pg";
import type { Logger } from "pino";
import { errorLine, StartError } from "../runtime/start-error.ts";
import { type BoundPool, bindPool } from "./bound-pool.ts";
import { type OneConnection, oneConnection } from "./one-connection.ts";
import { createPool } from "./pool.ts";
import { createPreparing } from "./preparing.ts";

/** How long a server waits for another that folds texts; a million tasks take a few minutes. */
const patience = "30min";

/**
 * Has texts folded anew where those of the database were folded by another rule: by one server at a time, the others
 * wait. The number of the rule is noted at the end, so that what was begun and not finished is done again.
 *
 * @param connection as the tables' owner; they are migrated
 * @param rule the number of the code's own
 * @param refold changes what is different, and nothing else
 * @throws StartError when it can't be done
 */
export async function keepFolded(
  connection: pg.PoolConfig,
  rule: number,
  log: Logger,
  refold: (pool: BoundPool) => Promise<void>,
): Promise<void> {
  const database = oneConnection(connection);
  try {
    if ((await readRule(database)) === rule) return;
    await database.query("BEGIN");
    // It holds the row, and nothing else, for as long as it takes.
    await database.query(
      `SET LOCAL lock_timeout = '${patience}'; SET LOCAL statement_timeout = 0;
       SET LOCAL idle_in_transaction_session_timeout = 0`,
    );
    if ((await readRule(database, "FOR UPDATE")) !== rule) {
      await withPool(connection, log, refold);
      await database.query("UPDATE installation SET folding = $1", [rule]);
    }
    await database.query("COMMIT");
  } catch (error) {
    throw new StartError(`Titles and descriptions could not be prepared for searching: ${errorLine(error)}.`);
  } finally {
    await database.end();
  }
}

async function readRule(database: OneConnection, lock = ""): Promise<number | undefined> {
  const [row] = await database.query<{ folding: number }>(`SELECT folding FROM installation ${lock}`);
  return row?.folding;
}

async function withPool(
  connection: pg.PoolConfig,
  log: Logger,
  run: (pool: BoundPool) => Promise<void>,
): Promise<void> {
  const preparing = createPreparing(false, log);
  const pool = createPool(connection, log, { preparing, max: 1 });
  const boundPool = bindPool(pool, preparing);
  try {
    await run(boundPool);
  } finally {
    await boundPool.close();
    await pool.end();
  }
}
