import type { Asker } from "../identity/asker.ts";
import { checkScopes } from "../identity/scopes.ts";
import type { Call } from "./call.ts";
import type { Checked } from "./check.ts";
import type { Turn } from "./cost/concurrency.ts";
import type { OperationCost } from "./cost/operation-cost.ts";

/** What operations are paid from that are valid, those too that are answered from what is kept. */
export type Budget = {
  /** @throws Refusal where there is not enough in it */
  pay(operation: OperationCost, asker: Asker): Promise<void>;
  /** Whether there is enough in it, of which nothing is taken yet. */
  hasFor(operation: OperationCost, asker: Asker): boolean;
  /** Takes what an operation has cost that was executed since there was enough. */
  payAfterwards(operation: OperationCost, asker: Asker): void;
};

/** Makes what lets operations through. */
export function createAdmit(budget: Pick<Budget, "pay">) {
  /**
   * Resolves when it is the operation's turn, which is for the caller to end.
   * @throws Refusal for one that the credential does not allow, or one too many
   */
  return async ({ exchange, asker }: Call, { operation, cost }: Checked, turn: Turn): Promise<void> => {
    if (asker.viewer) checkScopes(asker.viewer.scopes, cost.scopes);
    await budget.pay(cost, asker);
    await turn.begin(cost.cost);
    exchange.notes.operation = operation.name;
  };
}
