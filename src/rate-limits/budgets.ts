import type { RateLimiterPostgres } from "rate-limiter-flexible";
import { isOfAnotherTime, keyOf } from "./counter.ts";
import type { BudgetPolicy, Count, Policy } from "./policies.ts";

/** Whose points are counted at once; of more, those who came first are forgotten. */
const maxSpenders = 100_000;

/** The part of a budget that is spent here before the database hears of it: most people never get there. */
const unsettledPart = 1 / 20;

/** Milliseconds between two settlements of one spender. */
const settleInterval = 1000;

type Spender = {
  /** Points that the database has heard of, from all servers. */
  settled: number;
  /** Points spent here since. */
  unsettled: number;
  endsAt: number;
  nextSettlement: number;
};

/**
 * Counts points in memory, and settles with the database in the background: no request waits for it, and all servers
 * share a budget, which each can overdraw by what it spends between two settlements.
 *
 * @returns `spend`, which takes `cost` points of the budget of `value` if so many are left; `charge`, which takes them
 *   anyway, for what has been done already; and `hasLeft`, which takes none and says whether they are left
 */
export function createBudget(
  policy: BudgetPolicy,
  { points, seconds }: Policy,
  counter: RateLimiterPostgres,
) {
  const spenders = new Map<string, Spender>();
  let nextSweep = 0;

  /** Forgets whose time is over, and then whoever is too many. */
  function makeRoom(now: number): void {
    if (now >= nextSweep || isOfAnotherTime(nextSweep - now, seconds)) {
      nextSweep = now + seconds * 1000;
      for (const [value, { endsAt }] of spenders) if (endsAt <= now) spenders.delete(value);
    }
    for (const value of spenders.keys()) {
      if (spenders.size < maxSpenders) break;
      spenders.delete(value);
    }
  }

  function findSpender(value: string, now: number): Spender {
    const known = spenders.get(value);
    if (known !== undefined && now < known.endsAt && !isOfAnotherTime(known.endsAt - now, seconds))
      return known;
    makeRoom(now);
    const spender = { settled: 0, unsettled: 0, endsAt: now + seconds * 1000, nextSettlement: 0 };
    spenders.set(value, spender);
    return spender;
  }

  async function settle(value: string, spender: Spender): Promise<void> {
    const cost = spender.unsettled;
    spender.nextSettlement = Number.POSITIVE_INFINITY;
    try {
      const { consumedPoints, msBeforeNext } = await counter.penalty(keyOf(policy, value), cost);
      spender.settled = consumedPoints;
      spender.unsettled -= cost;
      spender.endsAt = Date.now() + msBeforeNext;
    } catch {
      // The database is away: what is spent here still counts here, and is settled when it is back.
    }
    spender.nextSettlement = Date.now() + settleInterval;
  }

  const leftOf = ({ settled, unsettled }: Spender) => points - settled - unsettled;

  function take(value: string, spender: Spender, cost: number): Count {
    const now = Date.now();
    spender.unsettled += cost;
    if (spender.unsettled >= points * unsettledPart && now >= spender.nextSettlement)
      void settle(value, spender);
    const remaining = Math.max(0, leftOf(spender));
    return { policy, points, seconds, remaining, ms: spender.endsAt - now };
  }

  return {
    spend(value: string, cost: number): { isAllowed: boolean; count: Count } {
      const spender = findSpender(value, Date.now());
      const isAllowed = cost <= leftOf(spender);
      return { isAllowed, count: take(value, spender, isAllowed ? cost : 0) };
    },
    charge: (value: string, cost: number) => take(value, findSpender(value, Date.now()), cost),
    hasLeft: (value: string, cost: number) => cost <= leftOf(findSpender(value, Date.now())),
  };
}
