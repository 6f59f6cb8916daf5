import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode, StartError } from "../runtime/start-error.ts";

/**
 * Makes the data folder where it is missing and proves that it can be written to.
 * @throws StartError when it can't
 */
export function openDataDir(dataDir: string): void {
  const probe = join(dataDir, `.write-${process.pid}`);
  try {
    makeDir(dataDir);
    // One that a killed start left, or a link that somebody put there to have another file emptied.
    rmSync(probe, { force: true });
    closeSync(openSync(probe, "wx", 0o600));
    rmSync(probe);
  } catch (error) {
    throw new StartError(
      `The data folder ${dataDir} can't be written to: ${reason(error)}. ${advice(error, dataDir)}`,
    );
  }
}

/** The command that makes a folder this process's user's, with all that is in it; only root may. */
export function chownCommand(dir: string): string {
  return `chown -R ${process.getuid?.()}:${process.getgid?.()} ${quote(dir)}`;
}

/** A path as a shell takes it. */
export function quote(path: string): string {
  return /^[\w/.,:@%+=-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** With its parents. Node's own way of doing that never ends where no folder can be made, such as below /proc. */
function makeDir(dir: string): void {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(dir) !== dir) makeDir(dirname(dir));
  try {
    // As root, PostgreSQL runs as somebody else, who has to get through to its own folder inside.
    mkdirSync(dir, process.getuid?.() === 0 ? 0o711 : 0o700);
  } catch (error) {
    // Another start was faster, unless it is a file, which the caller finds out.
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

function advice(error: unknown, dataDir: string): string {
  const owner = /^(EACCES|EPERM)$/.test(errorCode(error)) ? ownerOf(dataDir) : null;
  if (owner === null) return "Give this user the right to, or name another folder in OWNLIST_DATA.";
  const isOwn = owner === process.getuid?.();
  const command = isOwn ? `chmod u+rwx ${quote(dataDir)}` : chownCommand(dataDir);
  return `Name another folder in OWNLIST_DATA, or run${isOwn ? "" : " as root"}: ${command}`;
}

/** The user number of a folder's owner; null where there is none, or none that may be seen. */
function ownerOf(dir: string): number | null {
  try {
    return statSync(dir).uid;
  } catch {
    return null;
  }
}

function reason(error: unknown): string {
  const code = errorCode(error);
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ENOENT") return "no folder can be made there";
  if (code === "EROFS") return "the file system is read-only";
  if (code === "ENOSPC" || code === "EDQUOT") return "the disk is full";
  if (code === "EEXIST" || code === "ENOTDIR") return "there is a file where a folder should be";
  return code || "unknown error";
}

/** Makes the names in a folder last through a power failure: a rename alone may be lost. */
export function syncDir(dir: string): void {
  const handle = openSync(dir, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
