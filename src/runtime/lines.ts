/** Those who wait, in a line for each owner. One of each line is served in turn, however many stand in it. */
export type Lines<T> = {
  /** How many wait in all. */
  readonly size: number;
  /** Those who have a line; whose turn it is comes first. */
  owners(): string[];
  /** @returns the line of one, first come first */
  of(owner: string): readonly T[];
  /** Puts one at the end of the owner's line; a new line comes after all others. */
  add(owner: string, waiting: T): void;
  /** Takes one out, wherever it stands. */
  remove(owner: string, waiting: T): void;
  /**
   * Takes out the first of the line whose turn it is, which comes after all others then.
   * @param weightOf whoever has the least comes first, and among those it goes in turn; all have the same if left out
   * @returns undefined where nobody waits
   */
  next(weightOf?: (owner: string) => number): T | undefined;
};

export function createLines<T>(): Lines<T> {
  const lines = new Map<string, T[]>();
  let size = 0;

  return {
    get size() {
      return size;
    },
    owners: () => [...lines.keys()],
    of: (owner) => lines.get(owner) ?? [],
    add(owner, waiting) {
      const line = lines.get(owner) ?? [];
      line.push(waiting);
      lines.set(owner, line);
      size++;
    },
    remove(owner, waiting) {
      const line = lines.get(owner);
      const place = line?.indexOf(waiting) ?? -1;
      if (line === undefined || place === -1) return;
      line.splice(place, 1);
      size--;
      if (line.length === 0) lines.delete(owner);
    },
    next(weightOf = () => 0) {
      let first: [owner: string, line: T[]] | undefined;
      for (const entry of lines) {
        if (first === undefined || weightOf(entry[0]) < weightOf(first[0])) first = entry;
      }
      if (first === undefined) return undefined;
      const [owner, line] = first;
      const waiting = line.shift();
      size--;
      lines.delete(owner);
      if (line.length > 0) lines.set(owner, line);
      return waiting;
    },
  };
}
