import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  OperationTypeNode,
  type VariableValues,
} from "graphql";
import type { Analysis, Operation } from "./analysis.ts";
import { excessOfText } from "./cost/document-limits.ts";
import type { OperationCost } from "./cost/operation-cost.ts";
import { excessOfVariables } from "./cost/variable-limits.ts";
import { maskError } from "./errors.ts";
import type { GraphqlParams } from "./params.ts";

/** A request that can be executed. */
export type Checked = {
  readonly document: DocumentNode;
  readonly operation: Operation;
  readonly cost: OperationCost;
  /** Null where there is something wrong with them, which executing the operation says. */
  readonly variableValues: VariableValues | null;
};

/** A request that can't, and why. */
export type Unfit = {
  readonly errors: readonly GraphQLError[];
  /** Known of what is too dear. */
  readonly cost?: OperationCost;
};

/** @param mayIntrospect whether who sent the request may look at the schema */
export type Check = (
  params: GraphqlParams,
  method: string | undefined,
  mayIntrospect: boolean,
) => Checked | Unfit;

/**
 * Makes what finds out whether a request can be executed, whoever sent it: what is wrong with it comes in this order.
 * @param analyse looks at documents
 */
export function createCheck(
  schema: GraphQLSchema,
  analyse: (query: string) => Analysis | GraphQLError,
): Check {
  return ({ query, operationName, variables }, method, mayIntrospect) => {
    // Before the documents that are kept, and before anything reads them.
    const excess = excessOfText(query) ?? excessOfVariables(variables);
    if (excess !== null) return unfit(excess);
    const analysis = analyse(query);
    if (analysis instanceof GraphQLError) return unfit(analysis);
    const { document } = analysis;
    const operation = analysis.operation(operationName);
    if (operation === null) return unfit(noOperation());
    const { node } = operation;
    if (node.operation === OperationTypeNode.MUTATION && method === "GET") return unfit(mutationByGet());
    const errors = analysis.problems(mayIntrospect);
    if (errors.length > 0) return { errors };
    const cost = operation.costOf(variables);
    const refusal = operation.refuse(variables, cost);
    if (refusal !== null) return { errors: [refusal], cost };
    const values = getVariableValues(schema, node.variableDefinitions ?? [], variables ?? {});
    return { document, operation, cost, variableValues: values.variableValues ?? null };
  };
}

const unfit = (error: GraphQLError): Unfit => ({ errors: [maskError(error)] });

const noOperation = () => new GraphQLError("Could not determine what operation to execute.");

/** GraphQL over HTTP, "GET": what changes something is refused with 405. */
const mutationByGet = () =>
  new GraphQLError("Can only perform a mutation operation from a POST request.", {
    extensions: { code: "BAD_REQUEST", http: { status: 405, headers: { Allow: "POST" } } },
  });
