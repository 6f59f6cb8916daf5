import { existsSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../../runtime/start-error.ts";
import { type Embedded, startEmbedded } from "./embedded.ts";
import { clusterOwner } from "./owner.ts";
import { findPostmaster } from "./postmaster.ts";
import { ownName } from "./session.ts";
import { isPrivateTo, socketPort } from "./socket.ts";

/**
 * Reaches the embedded database for a short while, beside a server that uses it: where PostgreSQL runs already it is
 * left to whoever started it, else it runs for the time being.
 *
 * @param options.dataDir absolute
 * @throws StartError when there is no database yet, or it can't be started
 */
export async function joinEmbedded(options: {
  dataDir: string;
  onProgress: (message: string) => void;
}): Promise<Pick<Embedded, "connection" | "stop">> {
  const { dataDir } = options;
  requireEmbedded(dataDir);
  const running = findRunning(dataDir);
  if (running !== null) return running;
  try {
    return await startEmbedded(options);
  } catch (error) {
    // A server that was just starting has been faster.
    const started = findRunning(dataDir);
    if (started !== null) return started;
    throw error;
  }
}

/** @throws StartError when there is no database in the data folder yet */
export function requireEmbedded(dataDir: string): void {
  if (existsSync(join(dataDir, "postgres", "PG_VERSION"))) return;
  throw new StartError(
    `There is no database in ${dataDir} yet: start Ownlist first, or name its folder in OWNLIST_DATA.`,
  );
}

function findRunning(dataDir: string): Pick<Embedded, "connection" | "stop"> | null {
  const clusterDir = join(dataDir, "postgres");
  const { pid, socketDir } = findPostmaster(clusterDir) ?? { pid: 0, socketDir: "" };
  if (socketDir === "") return null;
  if (!isPrivateTo(socketDir, clusterOwner(dataDir, clusterDir))) {
    throw new StartError(`PostgreSQL (process ${pid}) runs without its folder ${socketDir}.`);
  }
  const connection = { host: socketDir, port: socketPort, user: ownName, database: ownName };
  return { connection, stop: async () => {} };
}
