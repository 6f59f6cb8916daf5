import { setImmediate } from "node:timers/promises";
import type { Logger } from "pino";
import type { Env } from "../config/env.ts";
import { readInstallation } from "../db/installation.ts";
import { notKept } from "../db/preparing.ts";
import { refoldTasks } from "../features/tasks/refold.ts";
import { bringUpToDate, canPrepare, readSecret, startDatabase } from "./database.ts";
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

type Reporter = {
  log: Logger;
  say: (line: string) => void;
  /** Takes a line that says why it can't go on, when it has been running. */
  fail: (line: string) => void;
};

/**
 * Starts everything in order and listens last; what has been started is stopped again when a later step fails.
 * @throws StartError with a line for people
 */
export async function startOwnlist(env: Env, reporter: Reporter): Promise<Ownlist> {
  let report = reporter.say;
  const opening = startDatabase(env.database, (line) => report(line));
  const { processes } = env.runtime;
  const serving = processes === 1 ? loadServing(reporter.log) : startWorkers(processes, reporter);
  // In the order of stopping.
  const parts: { stop(): Promise<void> }[] = [serving];
  async function stop(): Promise<void> {
    for (const part of parts.splice(0)) await part.stop();
  }
  try {
    const database = await opening;
    // From here on people read the log.
    report = (line) => reporter.log.warn(line);
    parts.push(database);
    const { connection } = database;
    await bringUpToDate(connection, reporter.say);
    const installationId = await readInstallation(connection);
    await refoldTasks(connection, reporter);
    const jwtSecret = readSecret(env, report);
    const prepare = await canPrepare(env.database, connection);
    if (env.database.prepare && !prepare) reporter.log.warn(notKept);
    const settled = {
      ...env,
      sessions: { ...env.sessions, jwtSecret },
      database: { ...env.database, prepare },
    };
    const port = await serving.serve({ env: settled, connection, installationId, runsHousekeeping: true });
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

/** Serves in this process. Loading what does takes longer than the database does to start: it is done meanwhile. */
function loadServing(log: Logger): Serving {
  const loading = setImmediate().then(() => import("./serve.ts"));
  loading.catch(() => {});
  let serving: Serving | undefined;
  return {
    async serve(options) {
      serving = (await loading).createServing(log);
      return serving.serve(options);
    },
    stop: async () => serving?.stop(),
    abandon: () => {},
  };
}
