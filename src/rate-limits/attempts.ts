import { type RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { isOfAnotherTime, keyOf } from "./counter.ts";
import type { AttemptPolicy, Count, Policy } from "./policies.ts";

/** One attempt that has been counted. */
export type Attempt = {
  /** Takes the count back, for an attempt that was none of those to limit. Never throws. */
  giveBack(): Promise<void>;
};

async function consume(counter: RateLimiterPostgres, key: string) {
  try {
    return { isAllowed: true, result: await counter.consume(key) };
  } catch (reason) {
    if (!(reason instanceof RateLimiterRes)) throw reason;
    return { isAllowed: false, result: reason };
  }
}

type Outcome = { isAllowed: boolean; count: Count; giveBack: Attempt["giveBack"] };

/**
 * Counts attempts, each before it is made: of any number at once no more pass than one after the other.
 *
 * @returns a function that counts an attempt on `value`; it throws whatever the database fails with
 */
export function createAttempts(
  policy: AttemptPolicy,
  { points, seconds }: Policy,
  counter: RateLimiterPostgres,
) {
  const countOf = ({ remainingPoints, msBeforeNext }: RateLimiterRes): Count => {
    return { policy, points, seconds, remaining: remainingPoints, ms: msBeforeNext };
  };

  async function giveBack(key: string, endsAt: number): Promise<void> {
    // In the time that follows it would be a point too many.
    if (Date.now() >= endsAt) return;
    // Without the database it stays counted, which ends by itself.
    await counter.reward(key).catch(() => {});
  }

  return async function attempt(value: string): Promise<Outcome> {
    const key = keyOf(policy, value);
    let outcome = await consume(counter, key);
    // In the database such a count begins anew by itself; memory refuses without asking it.
    if (isOfAnotherTime(outcome.result.msBeforeNext, seconds)) {
      counter.deleteInMemoryBlockedAll();
      outcome = await consume(counter, key);
    }
    const { isAllowed, result } = outcome;
    const endsAt = Date.now() + result.msBeforeNext;
    // Only what is allowed counts: else those given back would not make room. What memory refuses was not counted.
    if (!isAllowed && result.consumedPoints > 0) await giveBack(key, endsAt);
    return {
      isAllowed,
      count: countOf(result),
      giveBack: async () => {
        await giveBack(key, endsAt);
        // There is room again, for whoever was refused meanwhile too.
        counter.deleteInMemoryBlockedAll();
      },
    };
  };
}
