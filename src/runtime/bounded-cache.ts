/** Keeps the latest used values within a bound on their size. */
export type BoundedCache<T> = {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  /** Of all that is kept, in the unit of the bound. */
  readonly size: number;
};

/**
 * @param maxSize what all entries may come to; one that is larger by itself is not kept
 * @param sizeOf what an entry comes to; the key's length in UTF-16 units unless something else is said
 */
export function createBoundedCache<T>(
  maxSize: number,
  sizeOf: (key: string, value: T) => number = (key) => key.length,
): BoundedCache<T> {
  // A Map keeps the order in which keys were added; the first is the one that was not used for the longest time.
  const kept = new Map<string, T>();
  let size = 0;

  function remove(key: string): void {
    const value = kept.get(key);
    if (value !== undefined && kept.delete(key)) size -= sizeOf(key, value);
  }

  return {
    get size() {
      return size;
    },
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) {
        kept.delete(key);
        kept.set(key, value);
      }
      return value;
    },
    set(key, value) {
      remove(key);
      kept.set(key, value);
      size += sizeOf(key, value);
      for (const oldest of kept.keys()) {
        if (size <= maxSize) break;
        remove(oldest);
      }
    },
  };
}

/** The same for values of several owners, of whom none takes more than a share. */
export type SharedCache<T> = {
  get(owner: string, key: string): T | undefined;
  set(owner: string, key: string, value: T): void;
  /** Of all that is kept, in the unit of the bounds. */
  readonly size: number;
};

/**
 * @param bounds `maxSize` for all; `maxShare` for one owner, whose own latest used values stay when it is full. Where
 * there is no room for all, the owners go who were not here for the longest time
 * @param sizeOf what an entry comes to
 */
export function createSharedCache<T>(
  { maxSize, maxShare }: { maxSize: number; maxShare: number },
  sizeOf: (key: string, value: T) => number,
): SharedCache<T> {
  // As above: the first was not here for the longest time.
  const owners = new Map<string, BoundedCache<T>>();
  let size = 0;

  function use(owner: string, own: BoundedCache<T>): void {
    owners.delete(owner);
    owners.set(owner, own);
  }

  return {
    get size() {
      return size;
    },
    get(owner, key) {
      const own = owners.get(owner);
      if (own !== undefined) use(owner, own);
      return own?.get(key);
    },
    set(owner, key, value) {
      const own = owners.get(owner) ?? createBoundedCache(maxShare, sizeOf);
      use(owner, own);
      size -= own.size;
      own.set(key, value);
      size += own.size;
      for (const [other, { size: room }] of owners) {
        if (size <= maxSize) break;
        owners.delete(other);
        size -= room;
      }
    },
  };
}
