import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import type pg from "pg";
import type { Logger } from "pino";
import { openDataDir } from "./data-dir.ts";
import { connectionFrom } from "./db/connection-url.ts";
import { startEmbedded } from "./db/embedded.ts";
import { checkFences } from "./db/fences.ts";
import { migrate } from "./db/migrate.ts";
import { createPool } from "./db/pool.ts";
import type { Env } from "./env.ts";
import { readOrCreateSecret } from "./secret.ts";
import { errorCode, StartError } from "./start-error.ts";

/** The whole of it, running. */
export type Ownlist = {
  port: number;
  /** Ends everything in the reverse order of starting. */
  stop(): Promise<void>;
  /** Lets go of everything without waiting. */
  abandon(): void;
};

type Voice = { log: Logger; say: (line: string) => void };
type Database = { connection: pg.PoolConfig; stop(): Promise<void>; abandon(): void };

/** Milliseconds that statements get to end when everything else has. */
const poolTimeout = 1000;

/**
 * Starts everything in order and listens last; what has been started is stopped again when a later step fails.
 * @throws StartError with a line for people
 */
export async function startOwnlist(env: Env, voice: Voice): Promise<Ownlist> {
  const opening = openDatabase(env, voice);
  // Loading the server takes longer than the database does to start: it is done as soon as that is on its way.
  const loading = setImmediate().then(() => import("./server.ts"));
  loading.catch(() => {});
  const database = await opening;
  const opened = [() => database.stop()];
  async function stop(): Promise<void> {
    for (const close of opened.splice(0).reverse()) await close();
  }
  try {
    const { connection, abandon } = database;
    const migrationsDir = resolve(import.meta.dirname, "../prisma/migrations");
    await migrate({ connection, migrationsDir, onProgress: voice.say });
    await checkFences(connection);
    const pool = createPool(connection, voice.log, { isPrepared: env.databasePrepare });
    opened.push(() => endPool(pool));
    const { createServer } = await loading;
    const { jwtExpiresIn, bcryptCost, passwordMinLength, graphiql } = env;
    const jwtSecret = env.jwtSecret ?? readOrCreateSecret(env.dataDir);
    const clientDir = resolve(import.meta.dirname, "../client/dist");
    const config = { jwtSecret, jwtExpiresIn, bcryptCost, passwordMinLength, graphiql, clientDir };
    const server = createServer({ pool, isPrepared: env.databasePrepare, log: voice.log, ...config });
    opened.push(() => server.close());
    const { port } = await listen(() => server.listen(env.port, env.host), env);
    return { port, stop, abandon };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabase(env: Env, { log, say }: Voice): Promise<Database> {
  if (env.databaseUrl !== null) {
    return { connection: connectionFrom(env.databaseUrl), stop: async () => {}, abandon: () => {} };
  }
  openDataDir(env.dataDir);
  let report = say;
  const embedded = await startEmbedded({ dataDir: env.dataDir, onProgress: (message) => report(message) });
  // From here on people read the log.
  report = (message) => log.warn(message);
  return embedded;
}

async function endPool(pool: pg.Pool): Promise<void> {
  const timeout = new Promise((resolve) => setTimeout(resolve, poolTimeout).unref());
  await Promise.race([pool.end(), timeout]);
}

async function listen<T>(attempt: () => Promise<T>, { port, host }: Env): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const code = errorCode(error);
    if (code === "EADDRINUSE") {
      throw new StartError(`Port ${port} is taken on ${host}: stop what uses it, or set PORT to another.`);
    }
    if (code === "EACCES")
      throw new StartError(`This user may not use port ${port}: set PORT to one above 1023.`);
    if (/^(EADDRNOTAVAIL|ENOTFOUND|EAI_AGAIN|EINVAL)$/.test(code)) {
      throw new StartError(
        `${host} is no address of this machine: set HOST to one, such as 127.0.0.1 or 0.0.0.0.`,
      );
    }
    throw error;
  }
}
