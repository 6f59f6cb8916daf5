import { setTimeout as sleep } from "node:timers/promises";
import type { Limits, RequestLimits } from "./limits.ts";

/** What a request costs at least: to find out who asks takes that long, whatever they ask. */
const leastCost = 5;

/** Milliseconds that a refusal is held back: whoever goes on regardless keeps a connection waiting, not the server busy. */
const refusalDelay = 250;

/** Milliseconds of the database's time that its price covers of a page or of a count. */
const timePaidFor = 5;

/** A point is a tenth of a millisecond. */
const pointsPerMillisecond = 10;

/**
 * Takes what an operation costs from the budget of whoever asks: the user's for queries or for mutations, whichever
 * session or token they come with; the address's where nobody is signed in.
 *
 * @throws Refusal RATE_LIMITED, a moment later
 */
export async function payFor(
  operation: { type: string; cost: number },
  { limits, network }: { limits: RequestLimits; network: string },
  userId: string | null,
): Promise<void> {
  const cost = Math.max(leastCost, operation.cost);
  try {
    if (userId === null) limits.spend("signed-out-by-address", network, cost);
    else if (operation.type === "mutation") limits.spend("mutations-by-user", userId, cost);
    else limits.spend("queries-by-user", userId, cost);
  } catch (refusal) {
    await sleep(refusalDelay);
    throw refusal;
  }
}

/**
 * Charges a user for what a statement took of the database's time beyond what its price covers: nobody knows before how
 * much there is to look through.
 */
export function chargeForTime(limits: Limits, userId: string, milliseconds: number): void {
  const points = Math.ceil((milliseconds - timePaidFor) * pointsPerMillisecond);
  if (points > 0) limits.charge("queries-by-user", userId, points);
}
