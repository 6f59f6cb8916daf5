import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode, StartError } from "./start-error.ts";

/**
 * Makes the data folder where it is missing and proves that it can be written to.
 * @throws StartError when it can't
 */
export function openDataDir(dataDir: string): void {
  const probe = join(dataDir, `.write-${process.pid}`);
  try {
    makeDir(dataDir);
    closeSync(openSync(probe, "w", 0o600));
    rmSync(probe);
  } catch (error) {
    throw new StartError(`The data folder ${dataDir} can't be written to: ${reason(error)}. ${advice}`);
  }
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

const advice = "Give this user the right to, or name another folder in OWNLIST_DATA.";

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
