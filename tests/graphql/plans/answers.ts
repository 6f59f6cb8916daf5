import {
  type DocumentNode,
  execute,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
  validate,
} from "graphql";
import { planOf } from "../../../src/graphql/plan/plan.ts";

/** An operation that is executed two ways. */
export type Asked = {
  schema: GraphQLSchema;
  query: string;
  variables?: Record<string, unknown>;
  /** Makes the context anew for each execution. */
  context?: () => object;
};

/** @throws Error for a document that is not valid */
function read({ schema, query }: Asked): { document: DocumentNode; operation: OperationDefinitionNode } {
  const document = parse(query);
  const errors = validate(schema, document);
  const operation = getOperationAST(document);
  if (errors.length > 0 || !operation) throw new Error(`${errors.join("\n")}\n${query}`);
  return { document, operation };
}

/** @returns the text of graphql-js's own answer */
export async function answerByExecute(asked: Asked): Promise<string> {
  const { document } = read(asked);
  const contextValue = asked.context?.() ?? {};
  const { schema, variables: variableValues = {} } = asked;
  return JSON.stringify(await execute({ schema, document, contextValue, variableValues }));
}

/** How an answer came about: by the plan alone, after an error in it, without one, or before it. */
export type Way = "written" | "repeated" | "not planned" | "refused";

/** @returns what gives the text of an answer as a server with plans does, of a plan that is used again and again */
export function planFor(asked: Asked) {
  const { schema } = asked;
  const { document, operation } = read(asked);
  const plan = planOf(schema, document, operation);
  return async (
    variableValues: Record<string, unknown> = {},
    contextValue: object = asked.context?.() ?? {},
  ): Promise<{ text: string; way: Way }> => {
    const args = { schema, document, contextValue, variableValues };
    const { variableValues: coerced } = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      variableValues,
    );
    if (plan === null || coerced === undefined)
      return { text: JSON.stringify(await execute(args)), way: plan === null ? "not planned" : "refused" };
    const run = await plan.run(contextValue, coerced);
    if (run.data !== null) return { text: `{"data":${run.data}}`, way: "written" };
    return { text: JSON.stringify(await execute({ ...args, rootValue: run.rootValue })), way: "repeated" };
  };
}
