import type { ExecutionResult } from "graphql";
import type { GraphqlParams } from "../params.ts";
import { costLimit } from "./cost.ts";
import type { OperationCost } from "./operation-cost.ts";

/** Whether a request wants to be told what it costs: `"extensions": { "cost": true }`. */
export const asksForCost = ({ extensions }: GraphqlParams): boolean => extensions?.cost === true;

/** Tells what an operation costs, one that is refused for it included. */
export function tellCost(result: ExecutionResult, { cost }: OperationCost): ExecutionResult {
  return { ...result, extensions: { ...result.extensions, cost: { requested: cost, limit: costLimit } } };
}
