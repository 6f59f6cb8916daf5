import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { addressOf, networkOf } from "./client-address.ts";
import { ClientGone } from "./client-gone.ts";

export type UnsentLimits = {
  /** Bytes in all that answers may keep in memory for those who don't read them. */
  maxUnsent: number;
  /** Of those, what one network may have. */
  maxUnsentByNetwork: number;
  /** Milliseconds that anybody gets to read an answer, or a piece of one, however short. */
  readingTime: number;
  /** Bytes a second that a reader has to take beyond that. */
  slowestReading: number;
};

/** Says how many bytes a request keeps in memory from now on; 0 when that is over. */
export type Hold = (bytes: number) => void;

type Holding = { readonly socket: Socket; readonly network: string; bytes: number };
/** Its holdings in the order in which they began. */
type Share = { bytes: number; readonly holdings: Set<Holding> };

/**
 * What a server keeps in memory until the other end of a connection goes on: answers that are not read, requests that
 * are not sent to their end, requests that wait for the answer before theirs.
 */
export type Unsent = {
  /** Of all connections, in bytes. */
  readonly total: number;
  /** Begins to count for somebody. Where that is too much, who has had theirs for the longest time is cut off. */
  open(socket: Socket, network: string): Hold;
  /** Milliseconds that the reader of so many bytes has. */
  timeFor(bytes: number): number;
};

const unsentOf = new WeakMap<Socket, Unsent>();

/** UTF-16 units from which on a text is sent as bytes: Node would keep it in both forms until it is read. */
const longText = 65_536;

export function createUnsent(limits: UnsentLimits): Unsent {
  const shares = new Map<string, Share>();
  let total = 0;

  function count(holding: Holding, bytes: number): void {
    const share = shares.get(holding.network) ?? { bytes: 0, holdings: new Set() };
    total += bytes - holding.bytes;
    share.bytes += bytes - holding.bytes;
    holding.bytes = bytes;
    if (bytes > 0) share.holdings.add(holding);
    else share.holdings.delete(holding);
    if (share.holdings.size > 0) shares.set(holding.network, share);
    else shares.delete(holding.network);
  }

  function cutOff({ holdings }: Share): void {
    for (const oldest of holdings) {
      count(oldest, 0);
      oldest.socket.destroy();
      return;
    }
  }

  function keepWithin(network: string): void {
    for (
      let own = shares.get(network);
      own && own.bytes > limits.maxUnsentByNetwork;
      own = shares.get(network)
    )
      cutOff(own);
    while (total > limits.maxUnsent)
      cutOff([...shares.values()].reduce((a, b) => (a.bytes < b.bytes ? b : a)));
  }

  return {
    get total() {
      return total;
    },
    open(socket, network) {
      const holding: Holding = { socket, network, bytes: 0 };
      return (bytes) => {
        const isMore = bytes > holding.bytes;
        count(holding, socket.destroyed ? 0 : bytes);
        if (isMore) keepWithin(network);
      };
    },
    timeFor: (bytes) => limits.readingTime + (bytes / limits.slowestReading) * 1000,
  };
}

/** Has what a connection keeps in memory counted. */
export function countUnsent(socket: Socket, unsent: Unsent): void {
  unsentOf.set(socket, unsent);
}

/** Begins to count what a request keeps in memory, for the network that it came from. */
export function holdFor(req: IncomingMessage): Hold {
  return unsentOf.get(req.socket)?.open(req.socket, networkOf(addressOf(req))) ?? (() => {});
}

/**
 * Ends an answer with its body. It is cut off when it is not read in time.
 * @param isShared whether the body is in memory anyway, for all that are sent it
 */
export function endWith(res: ServerResponse, body: string | Buffer, isShared = false): void {
  res.end(typeof body === "string" && body.length > longText ? Buffer.from(body) : body);
  // Mostly the system has taken all of it by now.
  const unsent = res.writableLength;
  if (unsent === 0 || res.destroyed) return;
  const hold = holdFor(res.req);
  const timer = cutOffAfter(res, unsent);
  res.once("close", () => {
    clearTimeout(timer);
    hold(0);
  });
  if (!isShared) hold(unsent);
}

/**
 * Writes a piece of an answer.
 * @returns when it has been taken: nothing piles up for a reader that is slow
 * @throws ClientGone, also where the reader was cut off for being too slow
 */
export async function writePiece(res: ServerResponse, piece: Uint8Array): Promise<void> {
  if (isCutOff(res)) throw new ClientGone();
  const hold = holdFor(res.req);
  const timer = cutOffAfter(res, piece.length);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const leave = () => resolve(false);
  res.once("close", leave);
  // It fails some time before the answer is closed.
  res.write(piece, (error) => resolve(!error));
  hold(piece.length);
  const isTaken = await promise;
  clearTimeout(timer);
  res.off("close", leave);
  hold(0);
  if (!isTaken) throw new ClientGone();
}

/** Whether nothing more arrives at the other end. The answer itself says so some time after its connection does. */
export const isCutOff = ({ destroyed, req }: ServerResponse) => destroyed || req.socket.destroyed;

function cutOffAfter({ req }: ServerResponse, bytes: number): NodeJS.Timeout | undefined {
  const unsent = unsentOf.get(req.socket);
  return unsent && setTimeout(() => req.socket.destroy(), unsent.timeFor(bytes));
}
