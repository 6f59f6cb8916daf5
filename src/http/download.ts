import { ClientGone } from "./client-gone.ts";
import type { Exchange } from "./exchange.ts";
import { withSecurityHeaders } from "./headers.ts";
import { holdFor, isCutOff, writePiece } from "./stream.ts";

/**
 * Sends more of a file.
 * @returns when there is room for the next: some of it is kept for a client that is slow, not all
 * @throws ClientGone, also where the client was cut off for being too slow
 */
export type Write = (text: string) => Promise<void>;

export type Download = {
  /** Begins the file: @param name that it is saved under */
  open(name: string): Write;
  /** Aborted when the answer is over, whether it was read or not. */
  over: AbortSignal;
};

/**
 * Makes a file, and is done when it has been made, which may be before it is read. What it throws before it has
 * written anything is answered; later it cuts the answer off.
 */
export type DownloadHandler = (exchange: Exchange, download: Download) => Promise<void>;

/** Bytes of a file that are made before its reader takes them. */
const readAhead = 2_000_000;

/** The most bytes that are sent in one piece. */
const maxPiece = 262_144;

/** Milliseconds that the reader has for a piece while what makes the file waits for it. */
const pieceTime = 10_000;

/**
 * Answers with a file of JSON, of any size, for the browser to save. Its length is not known before its end, so it
 * comes in chunks (RFC 9112 §7.1), and one that is cut off lacks the last of them.
 *
 * @throws whatever the handler throws
 */
export async function answerDownload(exchange: Exchange, handler: DownloadHandler): Promise<void> {
  const { res } = exchange;
  const over = new AbortController();
  res.on("close", () => over.abort());
  const pieces = createQueue(exchange);
  const open = (name: string) => async (text: string) => {
    if (!res.headersSent) writeHead(exchange, name);
    const bytes = Buffer.from(text);
    for (let start = 0; start < bytes.length; start += maxPiece)
      await pieces.put(bytes.subarray(start, start + maxPiece));
  };
  await handler(exchange, { open, over: over.signal });
  await pieces.sent();
  res.end();
}

function writeHead(exchange: Exchange, name: string): void {
  const headers = {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Disposition": `attachment; filename="${name}"`,
    "Cache-Control": "no-store",
  };
  exchange.res.writeHead(200, withSecurityHeaders(exchange, headers));
}

/** Sends pieces one after the other, and keeps some of them until it is their turn. */
function createQueue(exchange: Exchange) {
  const pieces: Buffer[] = [];
  const hold = holdFor(exchange);
  let kept = 0;
  let sending = Promise.resolve();
  let isSending = false;
  let makeRoom = () => {};

  function keep(bytes: number): void {
    kept += bytes;
    hold(kept);
  }

  async function sendAll(): Promise<void> {
    isSending = true;
    try {
      for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
        keep(-piece.length);
        await writePiece(exchange, piece);
        makeRoom();
      }
    } finally {
      isSending = false;
      keep(-kept);
      makeRoom();
    }
  }

  function room(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => exchange.req.socket.destroy(), pieceTime);
    makeRoom = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }

  return {
    async put(piece: Buffer): Promise<void> {
      if (isCutOff(exchange)) throw new ClientGone();
      pieces.push(piece);
      keep(piece.length);
      if (!isSending) {
        sending = sendAll();
        // It is for who puts in the next one, or waits for the end.
        sending.catch(() => {});
      }
      while (kept > readAhead) await room();
      if (isCutOff(exchange)) throw new ClientGone();
    },
    /** @throws ClientGone */
    sent: () => sending,
  };
}
