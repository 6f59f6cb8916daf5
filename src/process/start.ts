import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import type pg from "pg";
import type { Logger } from "pino";
import { openDataDir } from "../config/data-dir.ts";
import type { Env } from "../config/env.ts";
import { readOrCreateSecret } from "../config/signing-secret.ts";
import { connectionFrom } from "../db/connection-url.ts";
import { startEmbedded } from "../db/embedded/embedded.ts";
import { readInstallation } from "../db/installation.ts";
import { checkIsolation } from "../db/isolation-check.ts";
import { migrate } from "../db/migrations/migrate.ts";
import { keepsPrepared, notKept } from "../db/preparing.ts";
import { refoldTasks } from "../features/tasks/refold.ts";
import type { Serving } from "./serve.ts";
import { startWorkers } from "./workers.ts";

/** The whole of it, running. */
export type Ownlist = {
  port: number;
  /** Ends everything in the reverse order of starting. */
  stop(): Promise<void>;
  /** Lets go of everything without waiting. */
  abandon(): void;
};

type Voice = {
  log: Logger;
  say: (line: string) => void;
  /** Takes a line that says why it can't go on, when it has been running. */
  fail: (line: string) => void;
};
type Database = { connection: pg.PoolConfig; stop(): Promise<void>; abandon(): void };

/**
 * Starts everything in order and listens last; what has been started is stopped again when a later step fails.
 * @throws StartError with a line for people
 */
export async function startOwnlist(env: Env, voice: Voice): Promise<Ownlist> {
  const opening = openDatabase(env.database, voice);
  const {
    database: settings,
    sessions,
    runtime: { processes },
  } = env;
  const serving = processes === 1 ? loadServing(voice.log) : startWorkers(processes, voice);
  // In the order of stopping.
  const parts: { stop(): Promise<void> }[] = [serving];
  async function stop(): Promise<void> {
    for (const part of parts.splice(0)) await part.stop();
  }
  try {
    const database = await opening;
    parts.push(database);
    const { connection } = database;
    const migrationsDir = resolve(import.meta.dirname, "../../prisma/migrations");
    await migrate({ connection, migrationsDir, onProgress: voice.say });
    await checkIsolation(connection);
    const installationId = await readInstallation(connection);
    await refoldTasks(connection, voice);
    const jwtSecret =
      sessions.jwtSecret ?? readOrCreateSecret(settings.dataDir, (line) => voice.log.warn(line));
    const prepare = settings.prepare && (await canPrepare(settings, connection, voice.log));
    const settled = { ...env, sessions: { ...sessions, jwtSecret }, database: { ...settings, prepare } };
    const port = await serving.serve({ env: settled, connection, installationId, keepsHouse: true });
    const abandon = () => {
      serving.abandon();
      database.abandon();
    };
    return { port, stop, abandon };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Tried out once for all processes that serve. Nothing stands in front of the embedded database. */
async function canPrepare(
  { url }: Env["database"],
  connection: pg.PoolConfig,
  log: Logger,
): Promise<boolean> {
  if (url === null) return true;
  const isKept = await keepsPrepared(connection);
  if (!isKept) log.warn(notKept);
  return isKept;
}

/** Serves in this process. Loading what does takes longer than the database does to start: it is done meanwhile. */
function loadServing(log: Logger): Serving {
  const loading = setImmediate().then(() => import("./serve.ts"));
  loading.catch(() => {});
  let serving: Serving | undefined;
  return {
    async serve(assignment) {
      serving = (await loading).createServing(log);
      return serving.serve(assignment);
    },
    stop: async () => serving?.stop(),
    abandon: () => {},
  };
}

async function openDatabase({ url, dataDir }: Env["database"], { log, say }: Voice): Promise<Database> {
  if (url !== null) {
    return { connection: connectionFrom(url), stop: async () => {}, abandon: () => {} };
  }
  openDataDir(dataDir);
  let report = say;
  const embedded = await startEmbedded({ dataDir, onProgress: (message) => report(message) });
  // From here on people read the log.
  report = (message) => log.warn(message);
  return embedded;
}
