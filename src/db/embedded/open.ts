import { closeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { errorCode, errorLine, StartError } from "../../runtime/start-error.ts";
import { type Log, openLog } from "./log.ts";
import type { Owner } from "./owner.ts";
import { endOrphans, findPostmaster, type Postmaster, type Spawned, spawnPostmaster } from "./postmaster.ts";
import { holdData, openSession } from "./session.ts";
import { isPrivateTo, openSocketDir } from "./socket.ts";

/** Where a cluster is and what runs it. */
export type Place = {
  dataDir: string;
  clusterDir: string;
  logPath: string;
  owner: Owner | null;
  postgres: string;
};

/** An administrator's connection that holds the data, to the PostgreSQL with this process number. */
export type Session = { client: pg.Client; pid: number; socketDir: string };

type Options = {
  /** Where the socket has to be; null: wherever is best. */
  socketDir: string | null;
  onProgress: (message: string) => void;
  signal: AbortSignal;
};

// Recovery after a crash reads the whole log of changes; it is waited for as long as PostgreSQL is at it.
const startTimeout = 60_000;
// What ends by itself: another start was faster, processes of a killed PostgreSQL are about to notice, a server that
// stops has just removed the socket's folder.
const passing =
  /lock file .* already exists|shared memory block .* still in use|could not create lock file .*: No such file/;
const passingTimeout = 10_000;
// What PostgreSQL says while it starts up or shuts down, and when all connections are taken.
const notYet = /^(57P0\d|53300)$/;

/**
 * Starts PostgreSQL unless it runs, waits until it answers, and takes the data.
 * @throws StartError when it does not start, does not answer, or another process has the data
 */
export async function openCluster(place: Place, options: Options): Promise<Session> {
  const log = openLog(place.logPath, place.owner);
  try {
    return await untilOpen(place, options, log);
  } finally {
    closeSync(log.handle);
  }
}

async function untilOpen(
  place: Place,
  { socketDir, onProgress, signal }: Options,
  log: Log,
): Promise<Session> {
  const started = Date.now();
  let spawned: Spawned | null = null;
  for (;;) {
    signal.throwIfAborted();
    const running = findPostmaster(place.clusterDir);
    const session = running === null ? null : await tryOpen(place, running);
    if (session !== null) return session;

    const waited = Date.now() - started;
    const failure = spawned?.failure() ?? null;
    if (failure !== null && !(passing.test(failure) && waited < passingTimeout)) {
      throw new StartError(`PostgreSQL did not start: ${failure} (see ${place.logPath}).`);
    }
    if (waited > startTimeout) {
      throw new StartError(
        `PostgreSQL (process ${running?.pid ?? "unknown"}) does not answer; see ${place.logPath}.`,
      );
    }
    if (running === null && (spawned === null || failure !== null)) {
      if (spawned === null) onProgress("Starting PostgreSQL …");
      else if (failure?.includes("shared memory")) endOrphans(place.clusterDir);
      spawned = start(place, socketDir ?? openSocketDir(place.dataDir, place.owner), log);
    }
    await sleep(20);
  }
}

function start({ clusterDir, postgres, owner }: Place, socketDir: string, log: Log): Spawned {
  return spawnPostmaster(clusterDir, { postgres, owner, socketDir, log });
}

/** Connects to a PostgreSQL that runs and takes the data; null when it does not answer yet or is going down. */
async function tryOpen(place: Place, { pid, socketDir }: Postmaster): Promise<Session | null> {
  // Its folder is in the file once it is on its way.
  if (socketDir === "") return null;
  if (!isPrivateTo(socketDir, place.owner)) {
    throw new StartError(
      `PostgreSQL (process ${pid}) runs without its folder ${socketDir}: end it with kill -INT ${pid}.`,
    );
  }
  let client: pg.Client | null = null;
  try {
    client = await openSession(socketDir);
    await holdData(client, place.dataDir);
    return { client, pid, socketDir };
  } catch (error) {
    await client?.end().catch(() => {});
    if (error instanceof StartError) throw error;
    // Whatever is not PostgreSQL's own word says that it does not listen, or that it has gone.
    if (!(error instanceof pg.DatabaseError) || notYet.test(errorCode(error))) return null;
    throw new StartError(`PostgreSQL (process ${pid}) refuses: ${errorLine(error)}.`);
  }
}
