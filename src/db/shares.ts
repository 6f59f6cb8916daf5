/** Whose statements wait for one another. */
export type Share = {
  /** Whatever has the same key takes from the same share. */
  readonly key: string;
  /** Whether no more than one connection at a time goes to it. */
  readonly isSerial?: boolean;
};

/** Who gets the connections of a pool. */
export type Shares = {
  /**
   * Takes one of the connections: at once where there is one for this share, else in its turn.
   *
   * @returns what to wait for; undefined where there is nothing to wait for
   * @throws TooMuchAtOnce where too much of the same share waits already; the promise is rejected where nothing came
   * free in time, which `isDatabaseAway` knows
   */
  take(share: Share): Promise<void> | undefined;
  /** Gives back what was taken, once. */
  give(share: Share): void;
};

/** What more of a share is refused with. Without a code: Prisma would take it for one of its own. */
export class TooMuchAtOnce extends Error {
  constructor() {
    super("Too much of this share waits for a connection already");
  }
}

/** Milliseconds that anything waits for its turn. */
const patience = 2000;

/** What waits of one share at most: more than a script has a reason to send at once. */
const maxWaiting = 1000;

type Holder = { readonly share: Share; held: number; readonly waiting: (() => void)[] };

/**
 * Shares connections out: a share that holds some gets another only while three times as many are free as it holds.
 * Alone it gets a quarter of them; the more there are in use the less it gets, so that one is left for who comes next.
 * What waits holds none. The next that is free goes to the share that holds the fewest, among equals to the one that
 * has waited longest. See docs/decisions/024-shares.md.
 */
export function createShares(connections: number): Shares {
  const holders = new Map<string, Holder>();
  /** Who waits and might get one, by how many they hold already. */
  const lines = Array.from({ length: Math.ceil(connections / 4) + 1 }, () => new Set<Holder>());
  let free = connections;

  const mayTake = ({ share, held }: Holder) =>
    free > 0 && (held === 0 || (share.isSerial !== true && 3 * held < free));

  function holderOf(share: Share): Holder {
    const known = holders.get(share.key);
    if (known !== undefined) return known;
    const holder = { share, held: 0, waiting: [] };
    holders.set(share.key, holder);
    return holder;
  }

  /** Puts somebody into the line where they belong, at its end unless they are in it. */
  function lineUp(holder: Holder): void {
    const { share, held, waiting } = holder;
    if (waiting.length > 0 && (held === 0 || share.isSerial !== true)) lines[held]?.add(holder);
    else lines[held]?.delete(holder);
    if (waiting.length === 0 && held === 0) holders.delete(share.key);
  }

  /** @param change 1 for a connection that is taken, -1 for one that is given back */
  function count(holder: Holder, change: 1 | -1): void {
    lines[holder.held]?.delete(holder);
    holder.held += change;
    free -= change;
  }

  /** Who holds the fewest of those who wait: where there is none for them, there is none for anybody. */
  function nextInLine(): Holder | undefined {
    for (const line of lines) for (const holder of line) return mayTake(holder) ? holder : undefined;
    return undefined;
  }

  function serve(): void {
    for (let holder = nextInLine(); holder !== undefined; holder = nextInLine()) {
      count(holder, 1);
      holder.waiting.shift()?.();
      lineUp(holder);
    }
  }

  function wait(holder: Holder): Promise<void> {
    const { waiting } = holder;
    return new Promise((resolve, reject) => {
      const start = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(start), 1);
        lineUp(holder);
        reject(new Error("No connection came free in time"));
      }, patience);
      waiting.push(start);
      lineUp(holder);
    });
  }

  return {
    take(share) {
      const holder = holderOf(share);
      if (holder.waiting.length === 0 && mayTake(holder)) {
        count(holder, 1);
        return undefined;
      }
      if (holder.waiting.length >= maxWaiting) throw new TooMuchAtOnce();
      return wait(holder);
    },
    give(share) {
      const holder = holderOf(share);
      count(holder, -1);
      lineUp(holder);
      serve();
    },
  };
}
