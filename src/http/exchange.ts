import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { BlockList } from "node:net";
import { addressOf, isAmong, networkOf, peerOf } from "./client-address.ts";
import type { Unsent } from "./unsent.ts";

/** What the log line of a request says besides the request itself; ids and names, never values. */
export type RequestNotes = { user?: string; operation?: string };

/** How far a request's sender has got with a limit. */
export type LimitCount = {
  readonly policy: string;
  readonly points: number;
  readonly seconds: number;
  readonly remaining: number;
  /** Milliseconds until all points are free again. */
  readonly ms: number;
};

/** What the server knows that an exchange comes through. */
export type Surroundings = {
  /** Who may speak for the sender of a request; null where nobody may. */
  readonly proxies: BlockList | null;
  /** Where people reach the server, of which the origin counts; null where nobody has said. */
  readonly publicUrl: URL | null;
  readonly unsent: Unsent;
};

/** A request and its answer, with all that is known and noted of them until it is answered. */
export type Exchange = Surroundings & {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** In the header X-Request-Id of the answer, in its log line, in the error it caused. */
  readonly id: string;
  /** The IP address that the request came from, as far as trusted proxies say. */
  readonly address: string;
  /** What limits count the address as. */
  readonly network: string;
  /** Whether a trusted proxy is at the other end of the connection. */
  readonly isProxied: boolean;
  readonly notes: RequestNotes;
  /** Of the limits that the request counted against, the one that is closest; null while there is none. */
  limit: LimitCount | null;
  /** Whether the answer is complete although `end()` is yet to be called. */
  isAnswered: boolean;
};

/** Answers a request. */
export type Handler = (exchange: Exchange) => void;

// Taken over from a proxy that numbers requests; anything longer or stranger is replaced.
const safeId = /^[A-Za-z0-9._-]{8,64}$/;

/** Begins an exchange: at once, for a connection that has ended has no address any more. */
export function openExchange(
  req: IncomingMessage,
  res: ServerResponse,
  surroundings: Surroundings,
): Exchange {
  const sent = req.headers["x-request-id"];
  const id = typeof sent === "string" && safeId.test(sent) ? sent : randomUUID();
  const address = addressOf(req, surroundings.proxies);
  const isProxied = isAmong(surroundings.proxies, peerOf(req.socket));
  const sender = { address, network: networkOf(address), isProxied };
  return { ...surroundings, req, res, id, ...sender, notes: {}, limit: null, isAnswered: false };
}

/** Says that a request counted against a limit. */
export function noteLimit(exchange: Exchange, count: LimitCount): void {
  const known = exchange.limit;
  if (known === null || count.remaining / count.points <= known.remaining / known.points)
    exchange.limit = count;
}
