import type { Socket } from "node:net";
import { networkOf, peerOf } from "./client-address.ts";

export type SocketLimits = {
  /** Connections at once, for all. */
  maxConnections: number;
  /** Of those, what one network may have. */
  maxConnectionsByNetwork: number;
};

/** A connection's place among the others. */
export type Place = {
  /** Says whether anything is being answered on it. */
  use(isBusy: boolean): void;
};

/** Shares out a server's connections. */
export type Sockets = {
  /** @returns null where there is no room for a connection, and none can be made */
  admit(socket: Socket): Place | null;
};

/** Connections of one network; of each kind in the order in which they became that. */
type Share = { readonly idle: Set<Socket>; readonly busy: Set<Socket> };

const sizeOf = ({ idle, busy }: Share) => idle.size + busy.size;

/**
 * One network gets no more than its share. Where there is no room, the connection that has been idle for the longest
 * time makes it, one of the network that has the most: so who comes new is served, however many others keep open.
 *
 * @param isTrusted whether an address may have as many as all together: a proxy, which others come through
 */
export function createSockets(limits: SocketLimits, isTrusted: (address: string) => boolean): Sockets {
  const shares = new Map<string, Share>();
  let open = 0;

  function remove(socket: Socket, network: string, share: Share): void {
    if (!share.idle.delete(socket) && !share.busy.delete(socket)) return;
    open -= 1;
    if (sizeOf(share) === 0) shares.delete(network);
  }

  function closeOldest(kind: keyof Share, [network, share]: [string, Share]): boolean {
    for (const oldest of share[kind]) {
      remove(oldest, network, share);
      oldest.destroy();
      return true;
    }
    return false;
  }

  /** @returns false where nobody has more connections than `size`, one of that kind among them */
  function closeOneOfMost(kind: keyof Share, size: number): boolean {
    let most: [string, Share] | undefined;
    for (const entry of shares) {
      if (entry[1][kind].size > 0 && sizeOf(entry[1]) > (most ? sizeOf(most[1]) : size)) most = entry;
    }
    return most !== undefined && closeOldest(kind, most);
  }

  function hasRoomFor(network: string, own: Share, isTrusted: boolean): boolean {
    const size = sizeOf(own);
    if (size >= limits.maxConnectionsByNetwork && !isTrusted && !closeOldest("idle", [network, own]))
      return false;
    if (open < limits.maxConnections) return true;
    // All at work is rare: then somebody new comes before what others have more than twice as many of.
    return closeOneOfMost("idle", size - 1) || closeOneOfMost("busy", size * 2 + 1);
  }

  return {
    admit(socket) {
      const address = peerOf(socket);
      const network = networkOf(address);
      const own = shares.get(network) ?? { idle: new Set(), busy: new Set() };
      if (!hasRoomFor(network, own, isTrusted(address))) return null;
      open += 1;
      own.idle.add(socket);
      shares.set(network, own);
      socket.once("close", () => remove(socket, network, own));
      return {
        use(isBusy) {
          const [from, to] = isBusy ? [own.idle, own.busy] : [own.busy, own.idle];
          if (from.delete(socket)) to.add(socket);
        },
      };
    },
  };
}

/** Files that Node may have open at most, of which others need some: the database, the log, what is read. */
export function mostSockets(wanted: number): number {
  // The report has all kinds of things; the types lack that it can do without what takes long.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: unknown } } };
  const soft = Number(userLimits?.open_files?.soft);
  return Number.isFinite(soft) ? Math.min(wanted, Math.floor(soft * 0.75)) : wanted;
}
