import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { errorCode, errorLine, StartError } from "../../runtime/start-error.ts";
import { damaged } from "./format.ts";

/** Bytes that are uncompressed at once. */
const chunkSize = 65_536;

/** What npm writes in front, which `npm run --silent` leaves out. */
const npmsWords = /^\s*> ownlist@/;

/**
 * A backup's file, uncompressed.
 *
 * @param path a file, or `-` for standard input
 * @throws StartError, while it is read, when it can't be or is not compressed as backups are
 */
export async function* readCompressed(path: string): AsyncGenerator<Buffer> {
  const source: Readable = path === "-" ? process.stdin : createReadStream(path);
  const gunzip = createGunzip({ chunkSize });
  let head = Buffer.alloc(0);
  source.on("data", (chunk: Buffer) => {
    if (head.length < 64) head = Buffer.concat([head, chunk.subarray(0, 64)]);
  });
  // How it went is told to whoever reads.
  pipeline(source, gunzip, () => {});
  try {
    yield* gunzip;
  } catch (error) {
    throw explain(error, path, head.toString());
  } finally {
    source.destroy();
  }
}

function explain(error: unknown, path: string, head: string): unknown {
  const code = errorCode(error);
  if (code === "Z_BUF_ERROR") {
    return head === "" ? new StartError("The backup is empty.") : damaged("it is cut off");
  }
  if (code === "Z_DATA_ERROR") {
    if (npmsWords.test(head)) {
      return new StartError(
        "Words of npm's stand in front of the backup: take another one with npm run --silent admin -- …",
      );
    }
    return errorLine(error) === "incorrect header check"
      ? new StartError("This is not a backup of Ownlist's.")
      : damaged(errorLine(error));
  }
  if (code === "ENOENT") return new StartError(`There is no file ${path}.`);
  if (code === "EISDIR") return new StartError(`${path} is a folder.`);
  if (code === "EACCES") return new StartError(`${path} can't be read: permission denied.`);
  return error;
}
