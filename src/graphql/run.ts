import { type ExecutionResult, execute, type GraphQLSchema } from "graphql";
import type { Checked } from "./check.ts";
import { mayHaveLongNames } from "./cost/answer-size.ts";
import { asksForCost } from "./cost/told-cost.ts";
import type { Outcome } from "./outcome.ts";
import type { GraphqlParams } from "./params.ts";
import type { Run } from "./plan/plan.ts";

/**
 * Executes an operation by its plan.
 *
 * @param context what resolvers get
 * @returns what it came to; null where it has none that may be used for the request
 */
export async function runPlan(
  { operation, cost, variableValues }: Checked,
  params: GraphqlParams,
  context: object,
): Promise<Run | null> {
  if (variableValues === null || asksForCost(params) || mayHaveLongNames(params.query, cost)) return null;
  return operation.plan()?.run(context, variableValues) ?? null;
}

/**
 * Says what the plan of an operation came to; where it had none, or met an error, graphql-js's own `execute` does, which
 * takes what was done by then.
 *
 * @returns the answer as JSON where all is well; else the result
 */
export function complete(
  schema: GraphQLSchema,
  { document }: Checked,
  { operationName, variables }: GraphqlParams,
  makeContext: () => { readonly outcome: Pick<Outcome, "textSize"> },
  ran: Run | null,
): string | ExecutionResult | Promise<ExecutionResult> {
  if (ran !== null && ran.data !== null) return `{"data":${ran.data}}`;
  const context = makeContext();
  // What the plan has written is nothing of the answer.
  context.outcome.textSize = 0;
  return execute({
    schema,
    document,
    operationName,
    variableValues: variables,
    contextValue: context,
    rootValue: ran?.rootValue,
  });
}
