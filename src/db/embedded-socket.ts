import { createHash } from "node:crypto";
import { chownSync, lstatSync, mkdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { errorCode, StartError } from "../start-error.ts";
import { canReach, type Owner } from "./embedded-owner.ts";

/** Names the socket's file; nothing listens on a port of the machine. */
export const socketPort = 5432;

// The shortest limit there is: sockaddr_un holds 104 bytes on macOS (108 on Linux), with a NUL at the end.
const maxPathBytes = 103;

/**
 * Makes the folder of PostgreSQL's socket, which only its owner (and root) can enter: in the data folder, or a
 * temporary one where that path is too long for a socket or out of the owner's reach.
 * @throws StartError when something else has the folder's name
 */
export function openSocketDir(dataDir: string, owner: Owner | null): string {
  const dir =
    fits(join(dataDir, "run")) && canReach(owner, dataDir) ? join(dataDir, "run") : temporary(dataDir, owner);
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== "EEXIST")
      throw new StartError(`${dir} could not be made (${errorCode(error)}).`);
  }
  // What is still root's is this start's, or another's that has come as far as here.
  if (owner !== null && isPrivateTo(dir, null)) chownSync(dir, owner.uid, owner.gid);
  if (!isPrivateTo(dir, owner)) throw new StartError(`${dir} is not PostgreSQL's alone: remove it.`);
  return dir;
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
  const parent = [tmpdir(), "/tmp", "/var/tmp"].find((dir) => fits(join(dir, name)) && canReach(owner, dir));
  if (parent !== undefined) return join(parent, name);
  throw new StartError("There is no temporary folder for PostgreSQL's socket: name a short one in TMPDIR.");
}
