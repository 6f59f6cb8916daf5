import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { StartError } from "../start-error.ts";

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
      `The database in ${clusterDir} belongs to another user (${existing.uid}): start as that user or as root.`,
    );
  }
  const folder = ownerOf(dataDir);
  const users = readUsers();
  if (existing !== null && existing.uid !== 0) return existing;
  // A user without a name is none that initdb would run as.
  if (folder !== null && folder.uid !== 0 && users.some(({ uid }) => uid === folder.uid)) return folder;
  return users.find(({ name }) => name === "nobody") ?? { uid: 65_534, gid: 65_534 };
}

/** Whether the owner may go through every folder on the way to this one, and into it. */
export function canReach(owner: Owner | null, dir: string): boolean {
  return owner === null || mayEnter(owner, realpathSync(dir));
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
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  return lines.map((line) => {
    const [name = "", , uid, gid] = line.split(":");
    // macOS writes nobody's number as -2; the system calls take it as unsigned.
    return { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  });
}
