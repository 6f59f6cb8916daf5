/** Keeps the latest used values within a bound on their size. */
export type BoundedCache<T> = {
  get(key: string): T | undefined;
  /** Whether a value is kept, which does not count as a use of it. */
  has(key: string): boolean;
  set(key: string, value: T): void;
  delete(key: string): void;
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
    has: (key) => kept.has(key),
    delete: remove,
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
  /** Whether a value is kept, which does not count as a use of it. */
  has(owner: string, key: string): boolean;
  set(owner: string, key: string, value: T): void;
  delete(owner: string, key: string): void;
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

  /** Changes what an owner has, and counts it anew. */
  function change(own: BoundedCache<T>, act: () => void): void {
    size -= own.size;
    act();
    size += own.size;
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
    has: (owner, key) => owners.get(owner)?.has(key) === true,
    delete(owner, key) {
      const own = owners.get(owner);
      if (own === undefined) return;
      change(own, () => own.delete(key));
      if (own.size === 0) owners.delete(owner);
    },
    set(owner, key, value) {
      const own = owners.get(owner) ?? createBoundedCache(maxShare, sizeOf);
      use(owner, own);
      change(own, () => own.set(key, value));
      for (const [other, { size: room }] of owners) {
        if (size <= maxSize) break;
        owners.delete(other);
        size -= room;
      }
    },
  };
}
