import { resolve } from "node:path";
import type pg from "pg";
import type { Logger } from "pino";
import { createPool } from "./db/pool.ts";
import type { Env } from "./env.ts";
import { explainListenError } from "./port.ts";
import { createServer } from "./server.ts";

/** All that it takes to serve; plain data, for it may have to get to another process. */
export type Assignment = {
  env: Env;
  connection: pg.PoolConfig;
  jwtSecret: string;
  /** Whether this process removes what has expired. */
  keepsHouse: boolean;
};

/** What answers requests: this process, or several others. */
export type Serving = {
  /**
   * Resolves with the port once requests are answered. Called once.
   * @throws StartError with a line for people
   */
  serve(assignment: Assignment): Promise<number>;
  /** Takes nothing new, answers what is in flight, lets go of the database. */
  stop(): Promise<void>;
  /** Lets go of everything without waiting. */
  abandon(): void;
};

/** Connections that all processes keep together, where that leaves each the few that it can't do without. */
const totalConnections = 32;
const fewestConnections = 4;
/** More than these don't make a process faster. */
const mostConnections = 16;

/** Milliseconds that statements get to end when everything else has. */
const poolTimeout = 1000;

/** Serves in this process. */
export function createServing(log: Logger): Serving {
  const opened: (() => Promise<void>)[] = [];
  return {
    async serve({ env, connection, jwtSecret, keepsHouse }) {
      const { port, host, processes, databasePrepare: isPrepared, answerCache: keepsAnswers } = env;
      const pool = createPool(connection, log, { isPrepared, max: connectionsEach(processes) });
      opened.push(() => endPool(pool));
      const { jwtExpiresIn, bcryptCost, passwordMinLength, graphiql } = env;
      const clientDir = resolve(import.meta.dirname, "../client/dist");
      const config = { jwtSecret, jwtExpiresIn, bcryptCost, passwordMinLength, graphiql, clientDir };
      const share = { processes, keepsHouse };
      const server = createServer({ pool, log, isPrepared, keepsAnswers, ...config, ...share });
      opened.push(() => server.close());
      try {
        return (await server.listen(port, host)).port;
      } catch (error) {
        throw explainListenError(error, { port, host });
      }
    },
    async stop() {
      for (const close of opened.splice(0).reverse()) await close();
    },
    abandon() {},
  };
}

function connectionsEach(processes: number): number {
  return Math.max(fewestConnections, Math.min(mostConnections, Math.floor(totalConnections / processes)));
}

async function endPool(pool: pg.Pool): Promise<void> {
  const timeout = new Promise((resolve) => setTimeout(resolve, poolTimeout).unref());
  await Promise.race([pool.end(), timeout]);
}
