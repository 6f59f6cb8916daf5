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
