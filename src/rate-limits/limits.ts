import type { BoundPool } from "../db/bound-pool.ts";
import { rateLimited } from "../errors.ts";
import { type Attempt, createAttempts } from "./attempts.ts";
import { createBudget } from "./budgets.ts";
import { createCounter } from "./counter.ts";
import {
  type AttemptPolicy,
  attemptPolicies,
  type BudgetPolicy,
  budgetPolicies,
  type Count,
  defaultPolicies,
  type Policies,
  secondsUntilFree,
} from "./policies.ts";

/** The limits as one request meets them. */
export type RequestLimits = {
  /**
   * Counts an attempt before it is made.
   *
   * @param value whose attempts are counted together: an address, a user's id
   * @throws Refusal RATE_LIMITED, with the seconds after which it passes; or the database's own error, for without a
   * count there is no attempt
   */
  attempt(policy: AttemptPolicy, value: string): Promise<Attempt>;
  /**
   * Takes `cost` points of a budget, without waiting for anything.
   *
   * @throws Refusal RATE_LIMITED, with the seconds after which it passes
   */
  spend(policy: BudgetPolicy, value: string, cost: number): void;
  /** Whether a budget has `cost` points left, of which none are taken. */
  hasLeft(policy: BudgetPolicy, value: string, cost: number): boolean;
  /** Takes `cost` points for what has been done already, though they may be more than are left. */
  charge(policy: BudgetPolicy, value: string, cost: number): void;
};

/** Told about each count of a request, and whether it was a refusal. */
export type Watch = (count: Count, isAllowed: boolean) => void;

export type Limits = {
  watchedBy(watch: Watch): RequestLimits;
  /** Takes `cost` points for what has been done already, so that they may be more than are left: nothing is refused. */
  charge(policy: BudgetPolicy, value: string, cost: number): void;
};

const free: RequestLimits = {
  attempt: async () => ({ giveBack: async () => {} }),
  spend: () => {},
  hasLeft: () => true,
  charge: () => {},
};

function mapKeys<Key extends string, Made>(table: Record<Key, unknown>, make: (key: Key) => Made) {
  return Object.fromEntries(Object.keys(table).map((key) => [key, make(key as Key)])) as Record<Key, Made>;
}

function check(isAllowed: boolean, count: Count, watch: Watch): void {
  watch(count, isAllowed);
  if (!isAllowed) throw rateLimited(secondsUntilFree(count));
}

/**
 * Makes the limits that all servers of one database share.
 *
 * @param changes policies that are other than the default; false switches all limits off
 */
export function createLimits(pool: BoundPool, changes: Partial<Policies> | false = {}): Limits {
  if (changes === false) return { watchedBy: () => free, charge: () => {} };
  const policies = { ...defaultPolicies, ...changes };
  const attempts = mapKeys(attemptPolicies, (policy) =>
    createAttempts(policy, policies[policy], createCounter(pool, policies[policy])),
  );
  const budgets = mapKeys(budgetPolicies, (policy) =>
    createBudget(policy, policies[policy], createCounter(pool, policies[policy])),
  );
  return {
    charge: (policy, value, cost) => void budgets[policy].charge(value, cost),
    watchedBy: (watch) => ({
      async attempt(policy, value) {
        const { isAllowed, count, giveBack } = await attempts[policy](value);
        check(isAllowed, count, watch);
        return { giveBack };
      },
      spend(policy, value, cost) {
        const { isAllowed, count } = budgets[policy].spend(value, cost);
        check(isAllowed, count, watch);
      },
      hasLeft: (policy, value, cost) => budgets[policy].hasLeft(value, cost),
      charge: (policy, value, cost) => watch(budgets[policy].charge(value, cost), true),
    }),
  };
}
