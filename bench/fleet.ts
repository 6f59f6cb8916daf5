import type { Target } from "./ask.ts";
import { databaseOf } from "./database.ts";
import type { Postgres } from "./postgres.ts";
import { startProcess } from "./server-process.ts";
import type { Server } from "./servers.ts";

/** A server that runs. */
export type Running = Target & { server: Server; pid: number; stop(): Promise<void> };

/**
 * Starts servers one after the other, each on its own database, for as long as `use` takes. All of them wait while one
 * is driven: so what is compared is measured within seconds, and what else the machine does hits all alike.
 * @param processes that each runs
 */
export async function withFleet(
  postgres: Postgres,
  servers: Server[],
  processes: number,
  use: (fleet: Running[]) => Promise<void>,
): Promise<void> {
  const fleet: Running[] = [];
  try {
    for (const server of servers) fleet.push(await start(postgres, server, processes));
    await use(fleet);
  } finally {
    for (const { stop } of fleet) await stop();
  }
}

async function start(postgres: Postgres, server: Server, processes: number): Promise<Running> {
  const env = {
    ...server.env,
    DATABASE_URL: postgres.url(databaseOf(server.name), server.role),
    WEB_CONCURRENCY: String(processes),
  };
  const { pid, port, stop } = await startProcess(server.main, env, server.flags);
  return { server, pid, port, dialect: server.dialect, stop };
}
