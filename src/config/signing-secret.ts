import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { errorCode, StartError } from "../runtime/start-error.ts";
import { chownCommand, quote, syncDir } from "./data-dir.ts";
import { readTextFile } from "./text-file.ts";
import { secretProblem } from "./values.ts";

/**
 * The secret that signs tokens when none is configured: made on the first start and kept in the data folder, so
 * that logins survive a restart. Servers that start at once end with the same one. A file that others could read, as
 * copies are, is made its owner's alone where that is allowed, and told of: what was read before stays known.
 * @param warn takes a line for people
 * @returns 43 characters, 256 random bits
 * @throws StartError when the file can't be read or holds no good secret
 */
export function readOrCreateSecret(dataDir: string, warn: (line: string) => void): string {
  const path = join(dataDir, "jwt-secret");
  const secret = read(path, dataDir) ?? create(dataDir, path);
  const problem = secretProblem(secret);
  if (problem !== null) {
    throw new StartError(
      `The secret in ${path} ${problem} Delete the file: the next start makes a new one (logins end).`,
    );
  }
  closeToOthers(path, warn);
  return secret;
}

function read(path: string, dataDir: string): string | null {
  const file = readTextFile(path);
  if ("text" in file) return file.text.trim();
  if (file.code === "ENOENT") return null;
  const remedy = file.code === undefined ? "" : ` ${remedyFor(path, dataDir)}`;
  throw new StartError(`The secret in ${path} ${file.problem}.${remedy}`);
}

function remedyFor(path: string, dataDir: string): string {
  const { uid } = lstatSync(path);
  if (uid === process.getuid?.()) return `Run: chmod 600 ${quote(path)}`;
  return `It is user ${uid}'s: start as that user, or run as root: ${chownCommand(dataDir)}`;
}

function closeToOthers(path: string, warn: (line: string) => void): void {
  const { mode } = statSync(path);
  if ((mode & 0o077) === 0) return;
  const rights = (mode & 0o777).toString(8);
  const now = setOwnerOnly(path)
    ? "now only its owner can"
    : `it still can be: run: chmod 600 ${quote(path)}`;
  warn(
    `The secret in ${path} could be read by other users of this machine (mode ${rights}); ${now}. If one may have done so, delete the file and start again: everybody has to log in once more.`,
  );
}

/** Whether the file is its owner's alone now. What is behind a link is somebody's own arrangement. */
function setOwnerOnly(path: string): boolean {
  try {
    const handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      if (fstatSync(handle).nlink === 1) fchmodSync(handle, 0o600);
      return (fstatSync(handle).mode & 0o077) === 0;
    } finally {
      closeSync(handle);
    }
  } catch {
    return false;
  }
}

function create(dataDir: string, path: string): string {
  const draft = join(dataDir, `.jwt-secret-${process.pid}-${randomBytes(4).toString("hex")}`);
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeSync(handle, `${randomBytes(32).toString("base64url")}\n`);
    fsyncSync(handle);
    // Root may start the server once for a folder that belongs to somebody else.
    const { uid, gid } = statSync(dataDir);
    if (process.getuid?.() === 0) fchownSync(handle, uid, gid);
    // Unlike a rename, a link fails where another start was faster.
    linkSync(draft, path);
    syncDir(dataDir);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  } finally {
    closeSync(handle);
    rmSync(draft);
  }
  return readFileSync(path, "utf8").trim();
}
