import { createHash } from "node:crypto";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { extname } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Exchange } from "./exchange.ts";
import { send, withSecurityHeaders } from "./headers.ts";

type Compressed = { br: Buffer; gzip: Buffer };

/** A file in memory, so that an answer neither waits for the disk nor changes when a build replaces it. */
export type StaticFile = {
  readonly type: string;
  /** 128 bits of its SHA-256, fit for names and headers. */
  readonly hash: string;
  readonly cacheControl: string;
  /** As it is: one copy, which all answers share. To unpack it for each would be work and memory for whoever asks. */
  readonly plain: Buffer;
  /** Null until that is done, and where it is not worth it. */
  compressed: Compressed | null;
};

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".woff2": "font/woff2",
};

/** For files that carry a hash of their content in their name. */
export const IMMUTABLE = "public, max-age=31536000, immutable";
export const REVALIDATE = "no-cache";

const brotli = promisify(brotliCompress);
const toGzip = promisify(gzip);
const worthwhileBytes = 1_024;

export function createStaticFile(name: string, content: Buffer, cacheControl: string): StaticFile {
  const type = types[extname(name)] ?? "application/octet-stream";
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 22);
  return { type, hash, cacheControl, plain: content, compressed: null };
}

/**
 * Compresses texts in the background; until that is done they are sent as they are. One after the other: the
 * threads that do it also hash passwords.
 */
export async function compressFiles(files: Iterable<StaticFile>): Promise<void> {
  for (const file of files) await compress(file);
}

/**
 * Sends the file, or 304 when the client has it (RFC 9110 §13.1.2).
 * @param own headers of this file alone
 */
export function sendFile(exchange: Exchange, file: StaticFile, own: OutgoingHttpHeaders = {}): void {
  const { req, res } = exchange;
  const caching = { "Cache-Control": file.cacheControl, ETag: `W/"${file.hash}"`, Vary: "Accept-Encoding" };
  const headers = { ...caching, ...own };
  if (req.headers["if-none-match"]?.includes(`"${file.hash}"`) === true) {
    res.writeHead(304, withSecurityHeaders(exchange, headers)).end();
    return;
  }
  const typed = { ...headers, "Content-Type": file.type };
  const encoding = file.compressed && bestEncoding(req);
  if (file.compressed === null || encoding === null) send(exchange, 200, typed, { shared: file.plain });
  else send(exchange, 200, { ...typed, "Content-Encoding": encoding }, { shared: file.compressed[encoding] });
}

async function compress(file: StaticFile): Promise<void> {
  const { plain, type } = file;
  if (!type.includes("charset") || plain.length < worthwhileBytes) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 6, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  file.compressed = { br: await brotli(plain, { params }), gzip: await toGzip(plain) };
}

function bestEncoding(req: IncomingMessage): keyof Compressed | null {
  const accepted = String(req.headers["accept-encoding"] ?? "")
    .split(",")
    .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
    .map((part) => part.split(";")[0]?.trim());
  if (accepted.includes("br")) return "br";
  return accepted.includes("gzip") ? "gzip" : null;
}
