import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isDatabaseAway, refusalFor } from "../../src/db/failures.ts";
import { createShares, type Share, type Shares } from "../../src/db/shares.ts";
import { createRandom } from "../fuzz/random.ts";
import { seed } from "../helpers/seed.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Takes connections and notes who got one, in order. */
function watch(shares: Shares) {
  const served: string[] = [];
  const refused: unknown[] = [];
  return {
    served,
    refused,
    async ask(name: string, share: Share = { key: name[0] ?? "" }): Promise<void> {
      try {
        await shares.take(share);
        served.push(name);
      } catch (error) {
        refused.push(error);
      }
    },
    give: async (key: string) => {
      shares.give({ key });
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

/** How many one share gets at once, with nobody waiting. */
function greed(shares: Shares, key: string): number {
  for (let got = 0; ; got++) {
    const turn = shares.take({ key });
    if (turn === undefined) continue;
    turn.catch(() => {});
    return got;
  }
}

describe("a share of the connections", () => {
  it.each([
    [16, 4],
    [10, 3],
    [8, 2],
    [4, 1],
    [2, 1],
    [1, 1],
  ])("of %i is a quarter for whoever is alone: %i", (connections, quarter) => {
    expect(greed(createShares(connections), "a")).toBe(quarter);
  });

  it("gets smaller while others hold some, so that twice as many as could take a quarter have one each", () => {
    const shares = createShares(16);
    const got = Array.from({ length: 9 }, (_, n) => greed(shares, `user ${n}`));
    expect(got).toEqual([4, 3, 3, 2, 1, 1, 1, 1, 0]);
  });

  it("goes to whoever holds the fewest, among those to whoever has waited longest, however much another asks for", async () => {
    const shares = createShares(4);
    const { served, ask, give } = watch(shares);
    for (const name of ["a0", "b0", "c0", "d0"]) await ask(name);
    for (let n = 1; n <= 50; n++) void ask(`a${n}`);
    void ask("e1");
    void ask("f1");
    void ask("e2");
    void ask("f2");
    // Nobody who waits holds fewer than e and f, who hold none, while a holds one.
    for (const key of ["b", "c", "d", "e", "f"]) await give(key);
    expect(served.slice(4)).toEqual(["e1", "f1", "e2", "f2"]);
    await give("a");
    expect(served.slice(8)).toEqual(["a1"]);
  });

  it("keeps a place in the line for whoever asks for more meanwhile", async () => {
    const shares = createShares(1);
    const { served, ask, give } = watch(shares);
    await ask("a0");
    for (const name of ["b1", "c1", "b2", "c2", "b3"]) void ask(name);
    for (const key of ["a", "b", "c", "b", "c"]) await give(key);
    expect(served).toEqual(["a0", "b1", "c1", "b2", "c2", "b3"]);
  });

  it("is one connection where one at a time is all that makes sense", async () => {
    const shares = createShares(16);
    const { served, ask, give } = watch(shares);
    const limit = { key: "l", isSerial: true };
    for (const name of ["l1", "l2", "l3"]) void ask(name, limit);
    await ask("a1");
    expect(served).toEqual(["l1", "a1"]);
    await give("l");
    expect(served).toEqual(["l1", "a1", "l2"]);
    await give("l");
    expect(served).toEqual(["l1", "a1", "l2", "l3"]);
  });
});

describe("what waits for its turn", () => {
  it("is refused as when the database is away after two seconds, and never has it afterwards", async () => {
    const shares = createShares(4);
    const { served, refused, ask, give } = watch(shares);
    await ask("a0");
    void ask("a1");
    await vi.advanceTimersByTimeAsync(1000);
    void ask("a2");
    await vi.advanceTimersByTimeAsync(999);
    expect(refused).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(refused.map(isDatabaseAway)).toEqual([true]);
    await give("a");
    expect(served).toEqual(["a0", "a2"]);
    await vi.advanceTimersByTimeAsync(10_000);
    await give("a");
    expect([served.length, refused.length, greed(shares, "a")]).toEqual([2, 1, 1]);
  });

  it("is a thousand of one share at most; whoever has more at once is told so, and nobody else", async () => {
    const shares = createShares(4);
    const { refused, ask } = watch(shares);
    await ask("a0");
    for (let n = 0; n < 1000; n++) void ask("a");
    await vi.advanceTimersByTimeAsync(0);
    expect(refused).toEqual([]);
    await ask("a");
    await ask("b");
    expect(refused.map((error) => refusalFor(error)?.code)).toEqual(["RATE_LIMITED"]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(refused).toHaveLength(1001);
  });
});

it(`nothing is lost or given twice, whatever comes in whatever order (TEST_SEED=${seed})`, async () => {
  for (let round = 0; round < 30; round++) {
    const random = createRandom(seed, round);
    const connections = 1 + random.below(20);
    const shares = createShares(connections);
    const held: Share[] = [];
    const everybody = Array.from({ length: 1 + random.below(12) }, (_, n) => {
      return { key: `user ${n}`, isSerial: random.below(4) === 0 };
    });
    for (let step = 0; step < 400; step++) {
      const share = everybody[random.below(everybody.length)] as Share;
      const what = random.below(10);
      if (what < 6) {
        const turn = shares.take(share);
        if (turn === undefined) held.push(share);
        else
          turn.then(
            () => held.push(share),
            () => {},
          );
      } else if (what < 9) {
        const [given] = held.splice(random.below(held.length), 1);
        if (given) shares.give(given);
      } else await vi.advanceTimersByTimeAsync(random.below(1500));
      await vi.advanceTimersByTimeAsync(0);
      expect(held.length).toBeLessThanOrEqual(connections);
      for (const { key, isSerial } of everybody) {
        const own = held.filter((other) => other.key === key).length;
        expect(own).toBeLessThanOrEqual(isSerial ? 1 : Math.ceil(connections / 4));
      }
    }
    await vi.advanceTimersByTimeAsync(5000);
    for (const share of held.splice(0)) shares.give(share);
    const newcomers = Array.from({ length: connections }, (_, n) => shares.take({ key: `newcomer ${n}` }));
    expect(newcomers).toEqual(newcomers.map(() => undefined));
  }
});
