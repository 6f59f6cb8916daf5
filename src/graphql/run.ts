import { type ExecutionResult, execute, type GraphQLSchema } from "graphql";
import type { Checked } from "./check.ts";
import { mayHaveLongNames } from "./cost/answer-size.ts";
import { asksForCost } from "./cost/told-cost.ts";
import type { GraphqlParams } from "./params.ts";

/**
 * Executes an operation: by its plan; and where it has none, or the plan met an error, by graphql-js's own `execute`, which
 * says the errors.
 *
 * @param context what resolvers get
 * @returns the answer as JSON where all is well; else the result
 */
export async function run(
  schema: GraphQLSchema,
  { document, operation, cost, variableValues }: Checked,
  params: GraphqlParams,
  context: object,
): Promise<string | ExecutionResult> {
  const { query, operationName, variables } = params;
  const isPlanned = variableValues !== null && !asksForCost(params) && !mayHaveLongNames(query, cost);
  const ran = isPlanned ? await operation.plan()?.run(context, variableValues) : undefined;
  if (ran && ran.data !== null) return `{"data":${ran.data}}`;
  return execute({
    schema,
    document,
    operationName,
    variableValues: variables,
    contextValue: context,
    rootValue: ran?.rootValue,
  });
}
