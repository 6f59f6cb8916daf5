import type { Plugin } from "graphql-yoga";
import { costLimit } from "./cost/cost.ts";
import type { OperationCost } from "./cost/operation-cost.ts";
import type { Outcome } from "./fixed-answers.ts";
import type { GraphqlParams } from "./params.ts";

/** What a request brings along for whoever counts what it costs. */
export type Admission = {
  outcome: Outcome;
  /** Lets an operation through, once a request however often it is called. @throws Refusal for one too many */
  admit(operation: OperationCost): Promise<void> | void;
};

/** Has each operation admitted before it is executed. */
export function useAdmission(): Plugin<Admission> {
  return {
    onExecute: ({ context: { outcome, admit } }) => outcome.operation && admit(outcome.operation),
  };
}

/** Whether a request wants to be told what it costs: `"extensions": { "cost": true }`. */
export const asksForCost = ({ extensions }: GraphqlParams): boolean => extensions?.cost === true;

/** Tells those who ask what their operation costs, one that is refused for it included. */
export function useToldCosts(): Plugin<object, Admission & { received: GraphqlParams }> {
  return {
    onResultProcess({ result, setResult, serverContext: { outcome, received } }) {
      if (!asksForCost(received) || outcome.operation === undefined || Symbol.asyncIterator in result) return;
      const cost = { requested: outcome.operation.cost, limit: costLimit };
      const { extensions } = result as { extensions?: object };
      setResult({ ...result, extensions: { ...extensions, cost } });
    },
  };
}
