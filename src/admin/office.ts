import { ConfigError, type Env, readEnv } from "../config/env.ts";
import { keepsPrepared } from "../db/preparing.ts";
import { createInvites } from "../features/accounts/invites.ts";
import { createLog } from "../runtime/log.ts";
import { StartError } from "../runtime/start-error.ts";
import type { Office, Report } from "./command.ts";
import { commands } from "./commands.ts";
import { migrationsDir, openDatabase, type Reached, reach, reachAlone, readSecret } from "./database.ts";
import type { Request } from "./usage.ts";

/** @throws StartError with a line for each problem */
function configure(environment: Record<string, string | undefined>): Env {
  try {
    return readEnv(environment);
  } catch (error) {
    throw error instanceof ConfigError ? new StartError(error.problems.join("\n")) : error;
  }
}

/**
 * Does what was asked for.
 *
 * @param environment the server's own
 * @param complain takes lines that are no part of the answer
 * @throws StartError with a line for people
 */
export async function carryOut(
  request: Request,
  environment: Record<string, string | undefined>,
  complain: (line: string) => void,
): Promise<Report> {
  const env = configure(environment);
  const voice = { log: createLog("warn", process.stderr), onProgress: complain };
  const now = () => new Date();
  const open: { close(): Promise<void> }[] = [];
  async function find(how: typeof reach): Promise<Reached> {
    const reached = await how(env, voice);
    open.push({ close: reached.stop });
    return reached;
  }
  const office: Office = {
    openBooks: async () => {
      const database = await openDatabase(env, voice);
      open.push(database);
      return { ...database, now };
    },
    findDatabase: async () => ({ connection: (await find(reach)).connection, migrationsDir }),
    findEmptyDatabase: async () => {
      const { connection } = await find(reachAlone);
      // A pooler's connections look like a server's, long after that has gone.
      const isDirect =
        env.database.prepare && (env.database.url === null || (await keepsPrepared(connection)));
      return { connection, migrationsDir, seesServers: isDirect };
    },
    onProgress: complain,
    invites: () => createInvites([readSecret(env, complain)]),
    publicUrl: env.http.publicUrl,
    now,
  };
  try {
    return await commands[request.command](office, request);
  } finally {
    for (const { close } of open) await close();
  }
}
