import { constants, renameSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { syncDir } from "../../config/data-dir.ts";
import { errorCode, StartError } from "../../runtime/start-error.ts";

type Bytes = AsyncIterable<Buffer>;

/** Where a backup goes. */
export type Target = {
  /** A file, or `-` for standard output. */
  path: string;
  /** Whether a file that is there already may be replaced. */
  isForced: boolean;
};

/**
 * Compresses a backup and writes it. The file gets its name when it is complete and on the disk; until then it is
 * called `.part`, and goes again when something fails.
 *
 * @throws StartError when it can't be written there; whatever making it throws
 */
export async function writeCompressed({ path, isForced }: Target, bytes: Bytes): Promise<void> {
  try {
    if (path === "-") await pipeline(bytes, createGzip(), process.stdout, { end: false });
    else await writeFile(resolve(path), isForced, bytes);
  } catch (error) {
    throw explain(error, path === "-" ? "standard output" : path);
  }
}

const newFile = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;

async function writeFile(file: string, isForced: boolean, bytes: Bytes): Promise<void> {
  const part = `${file}.part`;
  checkFree(file, isForced);
  rmSync(part, { force: true });
  const handle = await open(part, newFile, 0o600);
  try {
    await pipeline(bytes, createGzip(), async (chunks: Bytes) => {
      for await (const chunk of chunks) await handle.writeFile(chunk);
    });
    await handle.sync();
    if (!(await isStill(part, handle))) throw new StartError(`Another backup is being written to ${file}.`);
    checkFree(file, isForced);
    renameSync(part, file);
    syncDir(dirname(file));
  } catch (error) {
    if (await isStill(part, handle)) rmSync(part);
    throw error;
  } finally {
    await handle.close();
  }
}

/** Whether the name is that of the open file, and not of another that somebody has put there since. */
async function isStill(path: string, handle: FileHandle): Promise<boolean> {
  return statSync(path, { throwIfNoEntry: false })?.ino === (await handle.stat()).ino;
}

/** @throws StartError when nothing may be written there, as far as that can be told before */
export function checkTarget({ path, isForced }: Target): void {
  try {
    if (path !== "-") checkFree(resolve(path), isForced);
    else if (process.stdout.isTTY)
      throw new StartError("A backup is nothing for a terminal: pipe it on, or name a file.");
  } catch (error) {
    throw explain(error, path);
  }
}

/** @throws StartError when there is something of this name that may not be replaced */
function checkFree(path: string, isForced: boolean): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (stats.isDirectory()) throw new StartError(`${path} is a folder: name a file in it.`);
  if (!stats.isFile()) throw new StartError(`${path} is not a file: write to - and pipe it there.`);
  if (!isForced) throw new StartError(`There is a file ${path} already: add --force to replace it.`);
}

const reasons: Record<string, string> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "there is a file where a folder should be",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  EFBIG: "it is larger than a file may be here",
  ENAMETOOLONG: "the name is too long",
  EPIPE: "nobody reads it any more",
  EIO: "the disk fails",
};

function explain(error: unknown, name: string): unknown {
  const reason = reasons[errorCode(error)];
  return reason === undefined ? error : new StartError(`The backup can't be written to ${name}: ${reason}.`);
}
