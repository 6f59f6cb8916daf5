import { readdir, readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join, relative, sep } from "node:path";
import { send } from "./headers.ts";
import { methodNotAllowed } from "./refusal.ts";
import {
  compressFiles,
  createStaticFile,
  IMMUTABLE,
  REVALIDATE,
  type StaticFile,
  sendFile,
} from "./static-file.ts";

type Files = ReadonlyMap<string, StaticFile>;

const textHeaders = { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" };
const notBuilt = `The web client is not built. Build it with

    npm run build

and load this page again. The GraphQL API is at /graphql all the same.
`;

/**
 * Serves the web client that was built into a folder. Its files are read when they are first needed; what is
 * not among them is not there, so no path leads out of the folder.
 */
export function createClient(dir: string) {
  let loading: Promise<Files> | null = null;
  const load = async (): Promise<Files> => {
    loading ??= readFiles(dir).catch(() => new Map());
    const files = await loading;
    // A client that is not built yet, or not to the end, may be so at the next request.
    if (!files.has("/index.html")) loading = null;
    return files;
  };
  return async (req: IncomingMessage, res: ServerResponse, path: string): Promise<void> => {
    if (req.method !== "GET" && req.method !== "HEAD") throw methodNotAllowed("GET, HEAD");
    const files = await load();
    const file = files.get(path) ?? (isPage(path) ? files.get("/index.html") : undefined);
    if (file !== undefined) return sendFile(req, res, file);
    send(res, 404, textHeaders, isPage(path) ? notBuilt : "There is nothing at this address.\n");
  };
}

// Addresses within the client look like no file.
function isPage(path: string): boolean {
  return !path.startsWith("/assets/") && !path.includes(".");
}

async function readFiles(dir: string): Promise<Files> {
  const files = new Map<string, StaticFile>();
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(dir, path).split(sep).join("/")}`;
    if (/\/\.|\.map$/.test(name)) continue;
    const cacheControl = name.startsWith("/assets/") ? IMMUTABLE : REVALIDATE;
    files.set(name, createStaticFile(name, await readFile(path), cacheControl));
  }
  void compressFiles(files.values());
  return files;
}
