import { Refusal } from "../errors.ts";
import { ClientGone } from "./client-gone.ts";
import type { Exchange } from "./exchange.ts";
import { holdFor } from "./stream.ts";
import type { Hold } from "./unsent.ts";

/** The longest request body, in bytes. */
export const MAX_BODY_BYTES = 102_400;

/**
 * Reads a request's body.
 * @throws Refusal when it is longer than {@link MAX_BODY_BYTES}; what is said to be longer is not read at all
 * @throws ClientGone
 */
export function readBody(exchange: Exchange): Promise<Buffer> {
  const { req, res } = exchange;
  if (Number(req.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return Promise.reject(tooLong());
  // RFC 9110 §10.1.1: the client waits for this before it sends the body.
  if (req.headers.expect !== undefined) res.writeContinue();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let hold: Hold | undefined;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        req.off("data", take);
        hold?.(0);
        reject(tooLong());
        return;
      }
      chunks.push(chunk);
      // Most come in one piece.
      if (!req.complete) hold ??= holdFor(exchange);
      hold?.(size);
    };
    req.on("data", take);
    req.on("end", () => {
      hold?.(0);
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    req.on("error", () => reject(new ClientGone()));
    req.on("close", () => {
      hold?.(0);
      if (!req.complete) reject(new ClientGone());
    });
  });
}

function tooLong(): Refusal {
  return new Refusal("REQUEST_ENTITY_TOO_LARGE", `A request body has at most ${MAX_BODY_BYTES} bytes.`);
}
