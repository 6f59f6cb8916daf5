import type { Asker } from "../identity/asker.ts";
import { checkScopes } from "../identity/scopes.ts";
import type { Call } from "./call.ts";
import type { Checked } from "./check.ts";
import type { Turn } from "./cost/concurrency.ts";
import type { OperationCost } from "./cost/operation-cost.ts";

/**
 * Called before each operation that is valid and affordable, those too that are answered from what is kept.
 * @throws Refusal for one that may not be executed now
 */
export type BeforeExecute = (operation: OperationCost, asker: Asker) => Promise<void> | void;

/** Makes what lets operations through. */
export function createAdmit(beforeExecute: BeforeExecute) {
  /**
   * Resolves when it is the operation's turn, which is for the caller to end.
   * @throws Refusal for one that the credential does not allow, or one too many
   */
  return async ({ exchange, asker }: Call, { operation, cost }: Checked, turn: Turn): Promise<void> => {
    if (asker.viewer) checkScopes(asker.viewer.scopes, cost.scopes);
    await beforeExecute(cost, asker);
    await turn.begin(cost.cost);
    exchange.notes.operation = operation.name;
  };
}
