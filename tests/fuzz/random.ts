/** Chance that comes out the same each time, for one input. */
export type Random = {
  /** @returns a whole number from 0 to below `limit` */
  below(limit: number): number;
  /** @returns a whole number from `low` to `high`, both included */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** @returns one of the keys, each as often as its weight says */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
};

/**
 * A generator of its own for each input (SplitMix32 by Steele, Lea and Flood), so that one input of a run can be made
 * again without those before it. fast-check would shrink what fails by sending it again and again, but the server's
 * state has moved on by then, and an input is small anyhow; its own generator costs more than the server's answer does.
 */
export function createRandom(seed: number, index: number): Random {
  let state = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul((index + 1) | 0, 0x85ebca77);
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let value = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97);
    return (value ^ (value >>> 15)) >>> 0;
  };
  const below = (limit: number) => Math.floor((next() / 0x1_0000_0000) * limit);
  return {
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (probability) => next() / 0x1_0000_0000 < probability,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new Error("there is nothing to pick from");
      return list[below(list.length)] as T;
    },
    weighted(weights) {
      const entries = Object.entries<number>(weights);
      let left = below(entries.reduce((sum, [, weight]) => sum + weight, 0));
      const found = entries.find(([, weight]) => {
        left -= weight;
        return left < 0;
      });
      return (found ?? ["", 0])[0] as keyof typeof weights;
    },
  };
}
