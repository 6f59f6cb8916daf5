import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { syncDir } from "./data-dir.ts";
import { secretProblem } from "./setting.ts";
import { errorCode, StartError } from "./start-error.ts";
import { readTextFile } from "./text-file.ts";

/**
 * The secret that signs tokens when none is configured: made on the first start and kept in the data folder, so
 * that logins survive a restart. Servers that start at once end with the same one.
 * @returns 43 characters, 256 random bits
 * @throws StartError when the file can't be read or holds no good secret
 */
export function readOrCreateSecret(dataDir: string): string {
  const path = join(dataDir, "jwt-secret");
  const secret = read(path) ?? create(dataDir, path);
  const problem = secretProblem(secret);
  if (problem === null) return secret;
  throw new StartError(
    `The secret in ${path} ${problem} Delete the file: the next start makes a new one (logins end).`,
  );
}

function read(path: string): string | null {
  const file = readTextFile(path);
  if ("text" in file) return file.text.trim();
  if (file.code === "ENOENT") return null;
  const advice = file.code === undefined ? "" : " Start as the user who owns it.";
  throw new StartError(`The secret in ${path} ${file.problem}.${advice}`);
}

function create(dataDir: string, path: string): string {
  const draft = join(dataDir, `.jwt-secret-${process.pid}-${randomBytes(4).toString("hex")}`);
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeSync(handle, `${randomBytes(32).toString("base64url")}\n`);
    fsyncSync(handle);
    // Root may start the server once for a folder that belongs to somebody else.
    const { uid, gid } = statSync(dataDir);
    if (process.getuid?.() === 0) chownSync(draft, uid, gid);
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
