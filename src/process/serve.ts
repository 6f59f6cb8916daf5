import { resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import type pg from "pg";
import type { Logger } from "pino";
import type { SettledEnv } from "../config/env.ts";
import { createPool, createProbe } from "../db/pool.ts";
import { createPreparing } from "../db/preparing.ts";
import { createServer } from "../server/server.ts";
import { explainListenError } from "./port.ts";

/** All that it takes to serve; plain data, for it may have to get to another process. */
export type ServeOptions = {
  env: SettledEnv;
  connection: pg.PoolConfig;
  /** Which installation this is: see db/installation.ts. */
  installationId: string;
  /** Whether this process removes what has expired. */
  runsHousekeeping: boolean;
};

/** What answers requests: this process, or several others. */
export type Serving = {
  /**
   * Resolves with the port once requests are answered. Called once.
   * @throws StartError with a line for people
   */
  serve(options: ServeOptions): Promise<number>;
  /** Takes nothing new, answers what is in flight, lets go of the database. */
  stop(): Promise<void>;
  /** Lets go of everything without waiting. */
  abandon(): void;
};

/** Connections that all processes work with together, where that leaves each the few that it can't do without. */
const totalConnections = 32;
const fewestConnections = 4;
/** More than these don't make a process faster. */
const mostConnections = 16;

/** Milliseconds that statements get to end when everything else has. */
const poolTimeout = 1000;

/**
 * Has V8 collect garbage when there is as much of it again as of what is used. Where there is little use it would let
 * three times as much lie: after large answers, hundreds of megabytes (measured by `npm run attack`).
 */
const heapFlags = "--heap-growing-percent=100";

/** Serves in this process. */
export function createServing(log: Logger): Serving {
  setFlagsFromString(heapFlags);
  const opened: (() => Promise<void>)[] = [];
  return {
    async serve({ env, connection, installationId, runsHousekeeping }) {
      const { listen, database, limits, runtime } = env;
      const preparing = createPreparing(database.prepare, log);
      const pool = createPool(connection, log, { preparing, max: connectionsEach(runtime.processes) });
      const probe = createProbe(connection, log);
      opened.push(async () => {
        await Promise.all([endPool(pool), endPool(probe)]);
      });
      if (!limits.rateLimit) log.warn("RATE_LIMIT is off: nothing is limited, not even guessing passwords");
      const clientDir = resolve(import.meta.dirname, "../../client/dist");
      const server = createServer({
        ...env,
        pool,
        probe,
        preparing,
        installationId,
        log,
        clientDir,
        runsHousekeeping,
      });
      opened.push(() => server.close());
      try {
        return (await server.listen(listen.port, listen.host)).port;
      } catch (error) {
        throw explainListenError(error, listen);
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
