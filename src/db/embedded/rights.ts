import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { chownCommand, quote } from "../../config/data-dir.ts";
import { errorCode, StartError } from "../../runtime/start-error.ts";
import { giveTo, type Owner } from "./owner.ts";

// What PostgreSQL expects to be there, fills by itself, and may leave empty when it stops.
const emptyFolders = [
  "pg_commit_ts",
  "pg_dynshmem",
  "pg_logical",
  "pg_logical/mappings",
  "pg_logical/snapshots",
  "pg_notify",
  "pg_replslot",
  "pg_serial",
  "pg_snapshots",
  "pg_stat",
  "pg_stat_tmp",
  "pg_subtrans",
  "pg_tblspc",
  "pg_twophase",
  "pg_wal/archive_status",
  "pg_wal/summaries",
];

type Cluster = { clusterDir: string; dataDir: string; owner: Owner | null };
/** A file or folder: where it is for people, and where it is reached, which nobody can exchange meanwhile. */
type Entry = { name: string; path: string };

/**
 * Puts right what copying changes of a database that is whole and not running: empty folders that were dropped, modes,
 * and as root the owner. Others may have had the run of the folder, so nothing outside of it is touched: no link is
 * followed, no file that has another name elsewhere is given away, and what is changed is what was looked at.
 * @param cluster.dataDir the folder that people copy
 * @param cluster.owner who PostgreSQL runs as; null: this process's user
 * @throws StartError with what to do, when something is not ours to put right
 */
export function restoreRights(cluster: Cluster): void {
  const { clusterDir } = cluster;
  // Somebody's own arrangement, whose target root has no business in.
  if (lstatSync(clusterDir).isSymbolicLink()) return;
  restore(cluster, { name: clusterDir, path: clusterDir });
  for (const folder of emptyFolders) makeFolder(cluster, join(clusterDir, folder));
}

function makeFolder(cluster: Cluster, dir: string): void {
  if (lstatSync(dirname(dir)).isSymbolicLink()) return;
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) === "EEXIST") return;
    throw notOurs(cluster, dir, errorCode(error));
  }
  restore(cluster, { name: dir, path: dir });
}

function restore(cluster: Cluster, entry: Entry): void {
  const handle = open(cluster, entry);
  if (handle === null) return;
  // On Linux what is in an open folder can be named by way of it.
  const path = process.platform === "linux" ? `/proc/self/fd/${handle}` : entry.path;
  try {
    restoreOpen(cluster, handle, { name: entry.name, path });
    if (!fstatSync(handle).isDirectory()) return;
    for (const child of readdirSync(path)) {
      restore(cluster, { name: join(entry.name, child), path: join(path, child) });
    }
  } finally {
    closeSync(handle);
  }
}

/** Null for what is neither a file nor a folder, and for what has gone meanwhile. */
function open(cluster: Cluster, { name, path }: Entry): number | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile() && !stats?.isDirectory()) return null;
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (/^(ENOENT|ELOOP)$/.test(errorCode(error))) return null;
    if (stats.uid !== process.getuid?.()) throw notOurs(cluster, name, `user ${stats.uid}'s`);
    throw new StartError(
      `PostgreSQL may not read ${name}, which is its own: run: chmod -R u+rwX ${quote(cluster.clusterDir)}`,
    );
  }
}

function restoreOpen(cluster: Cluster, handle: number, entry: Entry): void {
  const { clusterDir, owner } = cluster;
  const { name } = entry;
  const stats = fstatSync(handle);
  if (stats.uid !== (owner?.uid ?? process.getuid?.())) {
    if (owner === null) {
      requireAccess(cluster, entry, stats);
      return;
    }
    if (stats.isFile() && stats.nlink > 1) {
      throw new StartError(
        `${name} is root's and has another name elsewhere (a hard link): start with a real copy of the folder, as cp -r makes one.`,
      );
    }
    giveTo(owner, handle, name);
  }
  const needed = stats.isDirectory() ? 0o700 : 0o600;
  // Into the folder itself PostgreSQL wants nobody else to get; its group may look.
  const kept = name === clusterDir && (stats.mode & 0o027) !== 0 ? 0 : stats.mode & 0o7777;
  if ((stats.mode & 0o7777) !== (kept | needed)) setMode(handle, kept | needed, name);
}

/** PostgreSQL does not mind whose the files inside are, as long as it can use them. */
function requireAccess(
  cluster: Cluster,
  { name, path }: Entry,
  stats: { uid: number; isDirectory(): boolean },
): void {
  const { R_OK, W_OK, X_OK } = constants;
  try {
    accessSync(path, R_OK | W_OK | (stats.isDirectory() ? X_OK : 0));
  } catch {
    throw notOurs(cluster, name, `user ${stats.uid}'s`);
  }
}

function setMode(handle: number, mode: number, name: string): void {
  let reason = "they stay as they are";
  try {
    fchmodSync(handle, mode);
  } catch (error) {
    reason = errorCode(error);
  }
  if ((fstatSync(handle).mode & 0o777) === (mode & 0o777)) return;
  throw new StartError(
    `The rights of ${name} can't be set (${reason}), and PostgreSQL insists on them: name a folder on a local disk in OWNLIST_DATA.`,
  );
}

function notOurs({ dataDir }: Cluster, name: string, why: string): StartError {
  return new StartError(
    `PostgreSQL can't use ${name} (${why}): while nothing runs on it, run as root: ${chownCommand(dataDir)}`,
  );
}
