import { readEnv } from "../config/env.ts";
import { migrationsDir } from "../db/migrations/folder.ts";
import { createInvites } from "../features/accounts/invites.ts";
import { canPrepare, joinDatabase, readSecret, startDatabase } from "../process/database.ts";
import { createLog } from "../runtime/log.ts";
import type { AdminDeps, CommandResult } from "./command.ts";
import { commands } from "./commands.ts";
import { openDatabase } from "./database.ts";
import type { Request } from "./usage.ts";

/**
 * Does what was asked for.
 *
 * @param environment the server's own
 * @param complain takes lines that are no part of the answer
 * @throws StartError with a line for people
 */
export async function runCommand(
  request: Request,
  environment: Record<string, string | undefined>,
  complain: (line: string) => void,
): Promise<CommandResult> {
  const env = readEnv(environment);
  const reporter = { log: createLog("warn", process.stderr), onProgress: complain };
  const now = () => new Date();
  const open: { close(): Promise<void> }[] = [];
  async function find(reach: typeof joinDatabase) {
    const { connection, stop } = await reach(env.database, complain);
    open.push({ close: stop });
    return connection;
  }
  const deps: AdminDeps = {
    openDatabase: async () => {
      const database = await openDatabase(env, reporter);
      open.push(database);
      return { ...database, now };
    },
    findDatabase: async () => ({ connection: await find(joinDatabase), migrationsDir }),
    findEmptyDatabase: async () => {
      const connection = await find(startDatabase);
      // A pooler's connections look like a server's, long after that has gone.
      return { connection, migrationsDir, seesServers: await canPrepare(env.database, connection) };
    },
    onProgress: complain,
    invites: () => createInvites([readSecret(env, complain)]),
    publicUrl: env.http.publicUrl,
    now,
  };
  try {
    return await commands[request.command](deps, request);
  } finally {
    for (const { close } of open) await close();
  }
}
