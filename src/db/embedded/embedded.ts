import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorLine } from "../../runtime/start-error.ts";
import { findBinaries } from "./binaries.ts";
import { createCluster } from "./cluster.ts";
import { openCluster, type Place, type Session } from "./open.ts";
import { clusterOwner } from "./owner.ts";
import { endPostmaster, findPostmaster, stopPostmaster } from "./postmaster.ts";
import { restoreRights } from "./rights.ts";
import { createDatabase, ownName, superuser } from "./session.ts";
import { closeSocketDir, socketPort } from "./socket.ts";
import { hasCluster, requireFiles, requireWhole } from "./whole.ts";

/** A PostgreSQL of the server's own, and how to get to its database. */
export type Embedded = {
  connection: { host: string; port: number; user: string; database: string };
  /** Ends PostgreSQL in order. Connections are cut, so close them first. */
  stop(): Promise<void>;
  /** Tells PostgreSQL to end in order, and does not wait for it: the process is about to go. */
  abandon(): void;
};

/**
 * Starts PostgreSQL on `<dataDir>/postgres`, which the first start makes, or takes over the one that a killed server
 * left running. It is reached through a Unix socket only. When it dies while the server runs, it is started again.
 * @param options.dataDir absolute, exists and can be written to
 * @param options.onProgress takes a line for people about what goes on
 * @throws StartError when it can't be started, or another process uses the data
 */
export async function startEmbedded(options: {
  dataDir: string;
  onProgress: (message: string) => void;
}): Promise<Embedded> {
  const { dataDir, onProgress } = options;
  const { place, isRunning } = await prepare(dataDir, onProgress);
  const stopping = new AbortController();
  const bringUp = (socketDir: string | null) =>
    openCluster(place, { socketDir, onProgress, signal: stopping.signal });
  const first = await bringUp(null);
  const address = { host: first.socketDir, port: socketPort, database: ownName };
  try {
    await createDatabase(first.client);
    if (!isRunning) await requireFiles({ ...address, user: superuser }, place.clusterDir);
  } catch (error) {
    await stopPostmaster(place.clusterDir, first.pid);
    closeSocketDir(first.socketDir, dataDir);
    throw error;
  }

  let session: Session | null = first;
  let recovery: Promise<void> = Promise.resolve();
  watch(first);
  return {
    connection: { ...address, user: ownName },
    async stop() {
      stopping.abort();
      await recovery;
      // The session stays open until PostgreSQL ends it: so long no other server takes the data.
      if (session === null) return;
      await stopPostmaster(place.clusterDir, session.pid);
      closeSocketDir(first.socketDir, dataDir);
    },
    abandon() {
      stopping.abort();
      if (session !== null) endPostmaster(session.pid, "SIGINT");
    },
  };

  function watch({ client }: Session): void {
    client.once("end", () => {
      session = null;
      if (!stopping.signal.aborted) recovery = recover();
    });
  }

  async function recover(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        session = await bringUp(first.socketDir);
        return watch(session);
      } catch (error) {
        if (!stopping.signal.aborted) onProgress(`PostgreSQL is away: ${errorLine(error)}`);
        await sleep(300);
      }
    }
  }
}

/** Makes the database where there is none, and makes sure that PostgreSQL can run on it unless it does already. */
async function prepare(
  dataDir: string,
  onProgress: (message: string) => void,
): Promise<{ place: Place; isRunning: boolean }> {
  const clusterDir = join(dataDir, "postgres");
  const logPath = join(dataDir, "postgres.log");
  const owner = clusterOwner(dataDir, clusterDir);
  const { initdb, postgres, major } = findBinaries(owner, dataDir);
  if (!hasCluster(clusterDir)) {
    onProgress(`Making a database in ${clusterDir} …`);
    await createCluster(clusterDir, { dataDir, initdb, owner, logPath });
  }
  const isRunning = findPostmaster(clusterDir) !== null;
  if (!isRunning) {
    requireWhole(clusterDir, major);
    restoreRights({ clusterDir, dataDir, owner });
  }
  return { place: { dataDir, clusterDir, logPath, owner, postgres }, isRunning };
}
