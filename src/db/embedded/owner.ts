import {
  accessSync,
  closeSync,
  constants,
  fchownSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname } from "node:path";
import { chownCommand } from "../../config/data-dir.ts";
import { errorCode, StartError } from "../../runtime/start-error.ts";

/** The operating system's user that PostgreSQL runs as. */
export type Owner = { uid: number; gid: number };

/**
 * Who PostgreSQL runs as: null for this process's own user. PostgreSQL refuses to be root, so root starts it as the
 * owner of the data, else as the owner of the data folder, else as `nobody`.
 * @param dataDir the server's data folder, which exists
 * @param clusterDir PostgreSQL's own folder in it, which may not exist yet
 * @throws StartError when the data are another user's
 */
export function clusterOwner(dataDir: string, clusterDir: string): Owner | null {
  const existing = ownerOf(clusterDir);
  const self = process.getuid?.();
  if (self !== 0) {
    if (existing === null || existing.uid === self) return null;
    throw new StartError(
      `The database in ${clusterDir} belongs to another user (${existing.uid}): start as that user, or while nothing runs on it run as root: ${chownCommand(dataDir)}`,
    );
  }
  if (existing !== null && existing.uid !== 0) return existing;
  const folder = ownerOf(dataDir);
  // Only making a database takes a user with a name.
  if (folder !== null && folder.uid !== 0 && (existing !== null || isNamed(folder))) return folder;
  return readUsers().find(({ name }) => name === "nobody") ?? { uid: 65_534, gid: 65_534 };
}

/** Whether the user has a name, which initdb asks for. In a container any number may be one without. */
export function isNamed(owner: Owner | null): boolean {
  if (owner !== null) return readUsers().some(({ uid }) => uid === owner.uid);
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
}

/** Whether the owner may go through every folder on the way to this one, and into it. */
export function canReach(owner: Owner | null, dir: string): boolean {
  return owner === null || mayEnter(owner, realpathSync(dir));
}

/** Temporary folders in which something can be made that the owner gets to, best first. */
export function temporaryFolders(owner: Owner | null): string[] {
  return [tmpdir(), "/tmp", "/var/tmp"].filter((dir) => {
    try {
      accessSync(dir, constants.W_OK | constants.X_OK);
      return canReach(owner, dir);
    } catch {
      return false;
    }
  });
}

/**
 * Gives an open file or folder to the user that PostgreSQL runs as; nothing to do where that is this process's own.
 * @throws StartError where root is not allowed to: in some containers, and on some file servers
 */
export function giveTo(owner: Owner | null, handle: number, path: string): void {
  if (owner === null) return;
  try {
    fchownSync(handle, owner.uid, owner.gid);
  } catch (error) {
    throw new StartError(
      `PostgreSQL can't be root, and root may not give ${path} to user ${owner.uid} (${errorCode(error)}): start as an ordinary user, or name a folder on a local disk in OWNLIST_DATA.`,
    );
  }
}

/** The same for a folder by its name, unless that is a link. */
export function giveFolderTo(owner: Owner | null, dir: string): void {
  if (owner === null) return;
  const handle = openSync(dir, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    giveTo(owner, handle, dir);
  } finally {
    closeSync(handle);
  }
}

function mayEnter(owner: Owner, dir: string): boolean {
  const { mode, uid, gid } = statSync(dir);
  const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
  return (mode & bit) !== 0 && (dirname(dir) === dir || mayEnter(owner, dirname(dir)));
}

function ownerOf(path: string): Owner | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : { uid: stats.uid, gid: stats.gid };
}

function readUsers(): { name: string; uid: number; gid: number }[] {
  return readPasswd().map((line) => {
    const [name = "", , uid, gid] = line.split(":");
    // macOS writes nobody's number as -2; the system calls take it as unsigned.
    return { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  });
}

function readPasswd(): string[] {
  try {
    return readFileSync("/etc/passwd", "utf8").split("\n");
  } catch {
    // The smallest of containers have none.
    return [];
  }
}
