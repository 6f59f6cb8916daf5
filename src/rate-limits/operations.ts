import { setTimeout as sleep } from "node:timers/promises";
import type { Limits, RequestLimits } from "./limits.ts";
import type { BudgetPolicy } from "./policies.ts";

/** What a request costs at least: to find out who asks takes that long, whatever they ask. */
const leastCost = 5;

/** Milliseconds that a refusal is held back: whoever goes on regardless keeps a connection waiting, not the server busy. */
const refusalDelay = 250;

/** Milliseconds of the database's time that its price covers of a page or of a count. */
const timePaidFor = 5;

/** A point is a tenth of a millisecond. */
const pointsPerMillisecond = 10;

/** An operation that is known to be valid, and who asks for it: a user, or where nobody is signed in a network. */
export type Payment = {
  readonly operation: { readonly type: string; readonly cost: number };
  readonly limits: RequestLimits;
  readonly network: string;
  readonly userId: string | null;
};

/** @returns which budget it is paid from: the user's, whichever session or token they come with, or the network's */
function budgetOf({ operation, network, userId }: Payment): [BudgetPolicy, string, number] {
  const cost = Math.max(leastCost, operation.cost);
  if (userId === null) return ["signed-out-by-address", network, cost];
  return [operation.type === "mutation" ? "mutations-by-user" : "queries-by-user", userId, cost];
}

/**
 * Takes what an operation costs from the budget of whoever asks.
 *
 * @throws Refusal RATE_LIMITED, a moment later
 */
export async function payFor(payment: Payment): Promise<void> {
  try {
    payment.limits.spend(...budgetOf(payment));
  } catch (refusal) {
    await sleep(refusalDelay);
    throw refusal;
  }
}

/** Whether it could be paid for now: nothing is taken before it is known that the user is who asks. */
export const canPayFor = (payment: Payment): boolean => payment.limits.hasLeft(...budgetOf(payment));

/** Takes it for an operation that was executed because it could be paid for, and by now may be a little more than is left. */
export const payAfterwards = (payment: Payment): void => payment.limits.charge(...budgetOf(payment));

/**
 * Charges a user for what a statement took of the database's time beyond what its price covers: nobody knows before how
 * much there is to look through.
 */
export function chargeForTime(limits: Limits, userId: string, milliseconds: number): void {
  const points = Math.ceil((milliseconds - timePaidFor) * pointsPerMillisecond);
  if (points > 0) limits.charge("queries-by-user", userId, points);
}
