import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
} from "node:fs";
import { quote } from "../../config/data-dir.ts";
import { StartError } from "../../runtime/start-error.ts";
import { giveTo, type Owner } from "./owner.ts";

const maxBytes = 5_000_000;

/** PostgreSQL's own log: a file that is open for it to write to, and where this start's lines begin. */
export type Log = { path: string; handle: number; start: number };

/**
 * Opens the log for appending. One that is long, or that can't be written to since a copy of it is somebody else's, is
 * put aside first, in the place of the one before it.
 * @throws StartError when what has its name is no file of its own, but a link, say, that root would write through
 */
export function openLog(path: string, owner: Owner | null): Log {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !(stats.isFile() && stats.nlink === 1)) throw inTheWay(path);
  if (stats !== undefined && (stats.size > maxBytes || !isWritable(path))) renameSync(path, `${path}.old`);
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  const handle = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  const { nlink, size } = fstatSync(handle);
  if (nlink !== 1) throw inTheWay(path);
  // Root may start the server once for data that are somebody else's.
  giveTo(owner, handle, path);
  return { path, handle, start: size };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function inTheWay(path: string): StartError {
  return new StartError(
    `${path} is not the plain file that PostgreSQL's log has to be: run: mv ${quote(path)} ${quote(`${path}.old`)}`,
  );
}

/** The last line since the log was opened that tells why something failed; "no reason given" where there is none. */
export function lastReason({ path, start }: Log): string {
  const buffer = Buffer.alloc(64_000);
  const handle = openSync(path, "r");
  const from = Math.max(start, fstatSync(handle).size - buffer.length);
  const text = buffer.toString("utf8", 0, readSync(handle, buffer, 0, buffer.length, from));
  closeSync(handle);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const line = lines.findLast((entry) => /FATAL|PANIC|error/.test(entry)) ?? lines.at(-1);
  return line?.replace(/^.*?(FATAL|PANIC|initdb: error): +/, "") ?? "no reason given";
}
