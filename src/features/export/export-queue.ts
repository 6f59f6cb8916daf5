import { serviceUnavailable } from "../../errors.ts";
import { createLines } from "../../runtime/lines.ts";

/** Milliseconds that an export may go on while another waits; the slowest of those beyond it is ended then. */
const fairTime = 10_000;

/** Milliseconds that an export waits for its turn. */
const patience = 30_000;

/** How many exports of one network wait. */
const maxWaiting = 4;

/** Seconds after which it is worth trying again. */
const retryAfter = 10;

/** Milliseconds that an export may read from the database, whoever waits. */
export const longestTurn = 10 * 60 * 1000;

/** A turn to read from the database. */
export type Turn = {
  /** Says how much more has been made. */
  made(bytes: number): void;
  /** Rejects when the turn is over before its end: with what the request is refused with. */
  readonly lost: Promise<never>;
  end(): void;
};

type Holder = { readonly since: number; bytes: number; isLost: boolean; lose(): void };
type Waiter = { start(): void };

/** Bytes a millisecond so far. */
const paceOf = ({ since, bytes }: Holder) => bytes / (performance.now() - since);

/**
 * Lets so many exports read at once, and the others wait: network by network, so that nobody comes later because
 * somebody else asks often.
 */
export function createExportQueue(maxAtOnce: number) {
  const holders = new Set<Holder>();
  /** By network. */
  const waiting = createLines<Waiter>();
  let timer: NodeJS.Timeout | undefined;

  function begin(): Turn {
    const { promise, reject } = Promise.withResolvers<never>();
    // It may be over before anybody looks.
    promise.catch(() => {});
    const lose = () => {
      holder.isLost = true;
      reject(serviceUnavailable(retryAfter));
    };
    const holder: Holder = { since: performance.now(), bytes: 0, isLost: false, lose };
    const longest = setTimeout(lose, longestTurn);
    holders.add(holder);
    return {
      made: (bytes) => {
        holder.bytes += bytes;
      },
      lost: promise,
      end: () => {
        clearTimeout(longest);
        if (holders.delete(holder)) next();
      },
    };
  }

  function next(): void {
    while (holders.size < maxAtOnce) {
      const waiter = waiting.next();
      if (waiter === undefined) break;
      waiter.start();
    }
    makeRoom();
  }

  /** Ends the slowest of those that have had a fair time, one for each network that waits. */
  function makeRoom(): void {
    clearTimeout(timer);
    const others = [...holders].filter(({ isLost }) => !isLost);
    if (waiting.owners().length <= holders.size - others.length || others.length === 0) return;
    const until = (holder: Holder) => holder.since + fairTime - performance.now();
    const [slowest] = others.filter((holder) => until(holder) <= 0).sort((a, b) => paceOf(a) - paceOf(b));
    if (slowest === undefined) timer = setTimeout(makeRoom, Math.min(...others.map(until)));
    else slowest.lose();
  }

  return {
    /**
     * Waits for a turn.
     * @param network that the request came from
     * @param over aborted when nobody waits for the export any more
     * @throws Refusal SERVICE_UNAVAILABLE where too many wait, or it takes too long
     */
    async take(network: string, over: AbortSignal): Promise<Turn> {
      if (holders.size < maxAtOnce) return begin();
      if (waiting.of(network).length >= maxWaiting) throw serviceUnavailable(retryAfter);
      const { promise, resolve, reject } = Promise.withResolvers<Turn>();
      const waiter: Waiter = { start: () => resolve(begin()) };
      waiting.add(network, waiter);
      const giveUp = () => {
        waiting.remove(network, waiter);
        reject(serviceUnavailable(retryAfter));
      };
      const giveUpTimer = setTimeout(giveUp, patience);
      over.addEventListener("abort", giveUp);
      makeRoom();
      try {
        return await promise;
      } finally {
        clearTimeout(giveUpTimer);
        over.removeEventListener("abort", giveUp);
      }
    },
  };
}
