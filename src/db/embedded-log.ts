import { closeSync, fchownSync, fstatSync, openSync, readSync, renameSync, statSync } from "node:fs";
import type { Owner } from "./embedded-owner.ts";

const maxBytes = 5_000_000;

/** PostgreSQL's own log: a file that is open for it to write to, and where this start's lines begin. */
export type Log = { path: string; handle: number; start: number };

/** Opens the log for appending; a long one is put aside first, in the place of the one before it. */
export function openLog(path: string, owner: Owner | null): Log {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxBytes) renameSync(path, `${path}.old`);
  const handle = openSync(path, "a", 0o600);
  // Root may start the server once for data that are somebody else's.
  if (owner !== null) fchownSync(handle, owner.uid, owner.gid);
  return { path, handle, start: fstatSync(handle).size };
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
