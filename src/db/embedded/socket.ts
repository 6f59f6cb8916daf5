import { createHash } from "node:crypto";
import { closeSync, constants, lstatSync, mkdirSync, openSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { quote } from "../../config/data-dir.ts";
import { errorCode, StartError } from "../../runtime/start-error.ts";
import { canReach, giveFolderTo, type Owner, temporaryFolders } from "./owner.ts";

/** Names the socket's file; nothing listens on a port of the machine. */
export const socketPort = 5432;

const socketFiles = [`.s.PGSQL.${socketPort}`, `.s.PGSQL.${socketPort}.lock`];

// The shortest limit there is: sockaddr_un holds 104 bytes on macOS (108 on Linux), with a NUL at the end.
const maxPathBytes = 103;

/**
 * Makes the folder of PostgreSQL's socket, which only its owner (and root) can enter: in the data folder, or a
 * temporary one where that path is too long for a socket or out of the owner's reach. PostgreSQL does not run: a folder
 * that is not the owner's alone was copied with the data, or moved to another user's, and is made anew.
 * @throws StartError when something else has the folder's name
 */
export function openSocketDir(dataDir: string, owner: Owner | null): string {
  const dir =
    fits(join(dataDir, "run")) && canReach(owner, dataDir) ? join(dataDir, "run") : temporary(dataDir, owner);
  if (!isUsable(dir, owner)) removeOld(dir);
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== "EEXIST")
      throw new StartError(`${dir} could not be made (${errorCode(error)}).`);
  }
  // What is still root's is this start's, or another's that has come as far as here.
  if (owner !== null && isPrivateTo(dir, null)) giveFolderTo(owner, dir);
  if (!isPrivateTo(dir, owner)) throw inTheWay(dir);
  return dir;
}

/** Whether it is missing, or the owner's with all that is in it; PostgreSQL deals with what a killed one left. */
function isUsable(dir: string, owner: Owner | null): boolean {
  if (lstatSync(dir, { throwIfNoEntry: false }) === undefined) return true;
  if (!isPrivateTo(dir, owner) && !isPrivateTo(dir, null)) return false;
  const uid = owner?.uid ?? process.getuid?.();
  return socketFiles.every((name) => {
    const stats = lstatSync(join(dir, name), { throwIfNoEntry: false });
    return stats === undefined || stats.uid === uid;
  });
}

/** Removes the folder with what PostgreSQL makes in it, and nothing else; where it is a link, that stays. */
function removeOld(dir: string): void {
  try {
    const handle = openSync(dir, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    const within = process.platform === "linux" ? `/proc/self/fd/${handle}` : dir;
    try {
      for (const name of socketFiles) rmSync(join(within, name), { force: true });
    } finally {
      closeSync(handle);
    }
    rmdirSync(dir);
  } catch (error) {
    // Another start was faster.
    if (errorCode(error) !== "ENOENT") throw inTheWay(dir);
  }
}

function inTheWay(dir: string): StartError {
  return new StartError(`${dir} is not PostgreSQL's alone: remove it: rm -r ${quote(dir)}`);
}

/** Whether a folder that a running PostgreSQL is said to use can only be its owner's; others could pose as it. */
export function isPrivateTo(dir: string, owner: Owner | null): boolean {
  const stats = lstatSync(dir, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isDirectory()) return false;
  return stats.uid === (owner?.uid ?? process.getuid?.()) && (stats.mode & 0o077) === 0;
}

/** Removes the folder where it is a temporary one and no next start is using it. */
export function closeSocketDir(dir: string, dataDir: string): void {
  if (dirname(dir) === dataDir) return;
  try {
    rmdirSync(dir);
  } catch (error) {
    if (!/^(ENOTEMPTY|ENOENT)$/.test(errorCode(error))) throw error;
  }
}

function fits(dir: string): boolean {
  return Buffer.byteLength(join(dir, `.s.PGSQL.${socketPort}`)) <= maxPathBytes;
}

/** The same one for the same data, so that a killed server leaves no more than one. */
function temporary(dataDir: string, owner: Owner | null): string {
  const name = `ownlist-${createHash("sha256").update(dataDir).digest("hex").slice(0, 16)}`;
  const parent = temporaryFolders(owner).find((dir) => fits(join(dir, name)));
  if (parent !== undefined) return join(parent, name);
  throw new StartError("There is no temporary folder for PostgreSQL's socket: name a short one in TMPDIR.");
}
