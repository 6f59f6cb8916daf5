import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Exchange } from "./exchange.ts";
import { nonceHeaders, send } from "./headers.ts";
import {
  compressFiles,
  createStaticFile,
  IMMUTABLE,
  REVALIDATE,
  type StaticFile,
  sendFile,
} from "./static-file.ts";

type Files = { readonly page: string; readonly others: ReadonlyMap<string, StaticFile> };

const pageName = "/index.html";
/** Stands in the page where the nonce of its styles belongs. */
const nonceMark = "STYLE_NONCE";

const textHeaders = { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" };
const notBuilt = (basePath: string) => `The web client is not built. Build it with

    npm run build

and load this page again. The GraphQL API is at ${basePath}/graphql all the same.
`;

/**
 * Serves the web client that was built into a folder. Its files are read when they are first needed; what is
 * not among them is not there, so no path leads out of the folder.
 *
 * @param basePath where people reach it on its origin: "/tasks"; "" for the root
 */
export function createClient(dir: string, basePath: string) {
  let loading: Promise<Files | null> | null = null;
  const load = async (): Promise<Files | null> => {
    loading ??= readFiles(dir, basePath).catch(() => null);
    const files = await loading;
    // A client that is not built yet, or not to the end, may be so at the next request.
    if (files === null) loading = null;
    return files;
  };
  return async (exchange: Exchange, path: string): Promise<void> => {
    const files = await load();
    const file = files?.others.get(path);
    if (file !== undefined) return sendFile(exchange, file);
    if (!isPage(path)) send(exchange, 404, textHeaders, "There is nothing at this address.\n");
    else if (files === null) send(exchange, 404, textHeaders, notBuilt(basePath));
    else sendPage(exchange, files.page);
  };
}

/** Sends the page with a nonce of this answer alone. Without an ETag: it is never the same again. */
function sendPage(exchange: Exchange, page: string): void {
  const nonce = randomBytes(16).toString("base64");
  const headers = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": REVALIDATE };
  send(exchange, 200, { ...headers, ...nonceHeaders(nonce) }, page.replace(nonceMark, nonce));
}

// Addresses within the client look like no file.
function isPage(path: string): boolean {
  return path === pageName || (!path.startsWith("/assets/") && !path.includes("."));
}

/** @throws Error where there is no page */
async function readFiles(dir: string, basePath: string): Promise<Files> {
  const written = await readFile(join(dir, pageName), "utf8");
  // The page is the same at every address of the client, and relative ones would be others at each.
  const page = written.replaceAll('="./', `="${basePath}/`);
  const files = new Map<string, StaticFile>();
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(dir, path).split(sep).join("/")}`;
    if (name === pageName || /\/\.|\.map$/.test(name)) continue;
    const cacheControl = name.startsWith("/assets/") ? IMMUTABLE : REVALIDATE;
    files.set(name, createStaticFile(name, await readFile(path), cacheControl));
  }
  void compressFiles(files.values());
  return { page, others: files };
}
