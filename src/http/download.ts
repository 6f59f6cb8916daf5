import type { IncomingMessage, ServerResponse } from "node:http";
import { withSecurityHeaders } from "./headers.ts";
import { methodNotAllowed } from "./refusal.ts";
import { writePiece } from "./unsent.ts";

/**
 * Sends a piece of a file.
 * @returns when there is room for the next one: nothing piles up for a client that is slow
 * @throws ClientGone
 */
export type Write = (text: string) => Promise<void>;

/** Makes a file. What it throws before it has sent a piece is answered; later it cuts the answer off. */
export type DownloadHandler = (req: IncomingMessage, open: (name: string) => Write) => Promise<void>;

/**
 * Answers with a file of JSON, of any size, for the browser to save. Its length is not known before its end, so it
 * comes in chunks (RFC 9112 §7.1), and one that is cut off lacks the last of them.
 *
 * @throws Refusal for another method, and whatever the handler throws
 */
export async function answerDownload(
  req: IncomingMessage,
  res: ServerResponse,
  handler: DownloadHandler,
): Promise<void> {
  if (req.method !== "GET") throw methodNotAllowed("GET");
  await handler(req, (name) => (text) => write(res, name, text));
  res.end();
}

async function write(res: ServerResponse, name: string, text: string): Promise<void> {
  if (!res.headersSent) {
    const headers = {
      "Content-Type": "application/json; charset=utf-8",
      "Content-Disposition": `attachment; filename="${name}"`,
      "Cache-Control": "no-store",
    };
    res.writeHead(200, withSecurityHeaders(res.req, headers));
  }
  await writePiece(res, Buffer.from(text));
}
