import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, errorLine } from "../../runtime/start-error.ts";
import { type Log, lastReason } from "./log.ts";
import type { Owner } from "./owner.ts";
import { socketPort } from "./socket.ts";
import { spawnOn } from "./spawn.ts";

/** A PostgreSQL that runs on the data, as its own postmaster.pid tells. */
export type Postmaster = { pid: number; socketDir: string };

/** The PostgreSQL that runs on this folder; null when none does, whatever files a dead one left. */
export function findPostmaster(clusterDir: string): Postmaster | null {
  const lines = readLines(join(clusterDir, "postmaster.pid"));
  const pid = Number(lines[0]);
  return isPostmaster(pid, clusterDir, lines[1]) ? { pid, socketDir: lines[4] ?? "" } : null;
}

/** A PostgreSQL that was started, and what became of it: null as long as it runs. */
export type Spawned = { failure(): string | null };

/** Starts PostgreSQL; whether it answers is for the caller to find out. */
export function spawnPostmaster(
  clusterDir: string,
  options: { postgres: string; owner: Owner | null; socketDir: string; log: Log },
): Spawned {
  const { postgres, owner, socketDir, log } = options;
  forgetOtherProcess(join(clusterDir, "postmaster.pid"), clusterDir);
  forgetOtherProcess(join(socketDir, `.s.PGSQL.${socketPort}.lock`), clusterDir);
  const args = Object.entries({
    ...settings,
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
  });
  const child = spawnOn(
    clusterDir,
    postgres,
    args.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    { owner, output: log.handle, detached: true },
  );
  child.unref();
  let failure: (() => string) | null = null;
  child.once("exit", (_code, signal) => {
    // A panic ends in an abort.
    failure = () => (signal === null || signal === "SIGABRT" ? lastReason(log) : `${signal} ended it`);
  });
  child.once("error", (error) => {
    failure = () => errorLine(error);
  });
  return { failure: () => failure?.() ?? null };
}

/** Ends it in order: connections are closed, everything is on disk. Resolves when it is gone. */
export async function stopPostmaster(clusterDir: string, pid: number): Promise<void> {
  const started = Date.now();
  let signal: "SIGINT" | "SIGQUIT" = "SIGINT";
  while (isPostmaster(pid, clusterDir)) {
    if (Date.now() - started > 7000) signal = "SIGQUIT";
    endPostmaster(pid, signal);
    for (let waited = 0; waited < 1000 && isPostmaster(pid, clusterDir); waited += 10) await sleep(10);
  }
}

// What differs from PostgreSQL's defaults, for a laptop. fsync, full_page_writes and synchronous_commit stay on.
const settings: Record<string, string> = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "350",
  shared_buffers: "128MB",
  // The queries are short: threads and compilation cost more than they bring.
  max_parallel_workers_per_gather: "0",
  jit: "off",
  // After a crash every file is synced: on Linux in one call, which is ten times faster than one by one.
  recovery_init_sync_method: process.platform === "linux" ? "syncfs" : "fsync",
  timezone: "UTC",
  log_timezone: "UTC",
  // A failed statement's line would quote what users wrote; the server tells of failures in its own log.
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_checkpoints: "off",
};

/** Whether a process has this number, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/**
 * Ends what a killed PostgreSQL left of its processes: those that are busy don't notice that it is gone, and nothing can
 * be started on the data before they are. Elsewhere than on Linux they are waited for.
 */
export function endOrphans(clusterDir: string): void {
  if (process.platform !== "linux" || findPostmaster(clusterDir) !== null) return;
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  for (const pid of pids.filter((found) => worksIn(found, clusterDir) === true)) {
    // Its children go by such a name; one that is just being started does not yet.
    if (readLines(`/proc/${pid}/cmdline`)[0]?.startsWith("postgres: ")) endPostmaster(pid, "SIGKILL");
  }
}

/** SIGINT: in order, cutting connections. SIGQUIT: at once; the next start recovers from the log of changes. */
export function endPostmaster(pid: number, signal: "SIGINT" | "SIGQUIT" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch (error) {
    // Below /proc the file goes with its process, while it is read too. What may not be read was copied.
    if (/^(ENOENT|ESRCH|EACCES)$/.test(errorCode(error))) return [];
    throw error;
  }
}

/**
 * Whether the process with this number is a PostgreSQL on this folder: numbers are given out again.
 * @param named the folder that the file names which the number is from
 */
function isPostmaster(pid: number, clusterDir: string, named = clusterDir): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const isLinux = process.platform === "linux";
  const works = isLinux ? worksIn(pid, clusterDir) : null;
  if (works !== null) return works;
  return (isLinux ? isNamedPostgres(pid) : isAlive(pid)) && !isElsewhere(named, clusterDir);
}

/** Whether a lock file was copied with the data, and so names another folder. */
function isElsewhere(named: string, clusterDir: string): boolean {
  // By way of /proc a folder has no name of its own.
  if (named.startsWith("/proc/")) return false;
  try {
    return realpathSync(named) !== realpathSync(clusterDir);
  } catch {
    // What was moved while PostgreSQL runs on it is still its own.
    return false;
  }
}

/** Whether a process has this as its current folder, as PostgreSQL's all have; null where that is not told. */
function worksIn(pid: number, dir: string): boolean | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dir);
  } catch (error) {
    // Containers may not let root look at others' processes that closely.
    return errorCode(error) === "EACCES" ? null : false;
  }
}

function isNamedPostgres(pid: number): boolean {
  const [stat = ""] = readLines(`/proc/${pid}/stat`);
  return /^\d+ \(postgres\) [^ZX]/.test(stat);
}

/**
 * PostgreSQL takes any living process whose number is in its lock files for its predecessor and refuses to start; after
 * a container's restart that may be anything. Its parent's number it knows to be none, and it then still checks that
 * nothing uses the predecessor's memory, which is why the file is not simply removed.
 */
function forgetOtherProcess(lockPath: string, clusterDir: string): void {
  const [pid, ...rest] = readLines(lockPath);
  if (pid === undefined || !isAlive(Number(pid)) || isPostmaster(Number(pid), clusterDir, rest[0])) return;
  const { O_WRONLY, O_TRUNC, O_NOFOLLOW } = constants;
  // Root does not write through a link that the data's owner has put there.
  const handle = openSync(lockPath, O_WRONLY | O_TRUNC | O_NOFOLLOW);
  writeFileSync(handle, [process.pid, ...rest].join("\n"));
  closeSync(handle);
}
