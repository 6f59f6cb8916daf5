import { readFileSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, errorLine } from "../start-error.ts";
import { type Log, lastReason } from "./embedded-log.ts";
import type { Owner } from "./embedded-owner.ts";
import { socketPort } from "./embedded-socket.ts";
import { spawnOn } from "./embedded-spawn.ts";

/** A PostgreSQL that runs on the data, as its own postmaster.pid tells. */
export type Postmaster = { pid: number; socketDir: string };

/** The PostgreSQL that runs on this folder; null when none does, whatever files a dead one left. */
export function findPostmaster(clusterDir: string): Postmaster | null {
  const lines = readLines(join(clusterDir, "postmaster.pid"));
  const pid = Number(lines[0]);
  return isPostmaster(pid, clusterDir) ? { pid, socketDir: lines[4] ?? "" } : null;
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
  let failure: string | null = null;
  child.once("exit", () => {
    failure = lastReason(log);
  });
  child.once("error", (error) => {
    failure = errorLine(error);
  });
  return { failure: () => failure };
}

/** Ends it in order: connections are closed, everything is on disk. Resolves when it is gone. */
export async function stopPostmaster(clusterDir: string, pid: number): Promise<void> {
  const started = Date.now();
  let signal: "SIGINT" | "SIGQUIT" = "SIGINT";
  while (findPostmaster(clusterDir)?.pid === pid) {
    if (Date.now() - started > 7000) signal = "SIGQUIT";
    endPostmaster(pid, signal);
    for (let waited = 0; waited < 1000 && findPostmaster(clusterDir)?.pid === pid; waited += 10)
      await sleep(10);
  }
}

// What differs from PostgreSQL's defaults, for a laptop. fsync, full_page_writes and synchronous_commit stay on.
const settings: Record<string, string> = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "60",
  shared_buffers: "128MB",
  // The queries are short: threads and compilation cost more than they bring.
  max_parallel_workers_per_gather: "0",
  jit: "off",
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

/** SIGINT: in order, cutting connections. SIGQUIT: at once; the next start recovers from the log of changes. */
export function endPostmaster(pid: number, signal: "SIGINT" | "SIGQUIT"): void {
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
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** Whether the process with this number is a PostgreSQL on this folder: numbers are given out again. */
function isPostmaster(pid: number, clusterDir: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    if (process.platform !== "linux") return process.kill(pid, 0);
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(clusterDir);
  } catch (error) {
    // Containers may not let root look at others' processes, but at their names.
    if (errorCode(error) === "EACCES" || errorCode(error) === "EPERM") return isNamedPostgres(pid);
    return false;
  }
}

function isNamedPostgres(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return /^\d+ \(postgres\) [^ZX]/.test(stat);
}

/**
 * PostgreSQL takes any living process whose number is in its lock files for its predecessor and refuses to start; after
 * a container's restart that may be anything. Its parent's number it knows to be none, and it then still checks that
 * nothing uses the predecessor's memory, which is why the file is not simply removed.
 */
function forgetOtherProcess(lockPath: string, clusterDir: string): void {
  const [pid, ...rest] = readLines(lockPath);
  if (pid === undefined || !isAlive(Number(pid)) || isPostmaster(Number(pid), clusterDir)) return;
  writeFileSync(lockPath, [process.pid, ...rest].join("\n"));
}
