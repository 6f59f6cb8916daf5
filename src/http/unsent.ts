import type { Socket } from "node:net";

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
