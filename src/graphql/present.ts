import type { ExecutionResult } from "graphql";
import type { Call } from "./call.ts";
import type { OperationCost } from "./cost/operation-cost.ts";
import { asksForCost, tellCost } from "./cost/told-cost.ts";
import { hideNames, type Introspection, mayIntrospect } from "./introspection.ts";
import type { Answer } from "./response.ts";
import { maxListedProblems } from "./validate.ts";
import type { Respond } from "./yoga.ts";

/** Makes what answers a request with what it came to, as far as its sender gets to see that. */
export function createPresent(introspection: Introspection, respond: Respond) {
  /** @param cost where the operation is known */
  return (call: Call, result: ExecutionResult, cost?: OperationCost): Promise<Answer> => {
    const { exchange, asker, request } = call;
    const { params } = request;
    const listed = withoutSurplus(result);
    const shown = mayIntrospect(introspection, asker.viewer) ? listed : hideNames(listed, params);
    const told = cost !== undefined && asksForCost(params) ? tellCost(shown, cost) : shown;
    return respond(exchange, params, told);
  };
}

/** Leaves problems out that would be too many. With data, each error explains a null in it. */
function withoutSurplus(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined || "data" in result) return result;
  return { ...result, errors: result.errors.slice(0, maxListedProblems) };
}
