import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type VariableValues,
  visit,
} from "graphql";
import { Execution } from "./execution.ts";
import { rootCompleter } from "./object.ts";
import { conditionsOf, keyOf, pickVariables } from "./variables.ts";

/**
 * Either the JSON text of `data`; or an error was met, and graphql-js's `execute` has to say the answer. What root fields
 * were resolved to by then it takes from `rootValue`, so that nothing is done twice: see schema/root-outcomes.ts. What
 * resolvers below have noted in the context they note again.
 */
export type Run = { data: string } | { data: null; rootValue: object };

/** How an operation is executed: closures that call the schema's own resolvers and make the answer. */
export type OperationPlan = {
  /**
   * Executes it. When it comes to its end, nothing of it goes on.
   * @param variableValues as `getVariableValues` coerces them
   */
  run(context: object, variableValues: VariableValues): Run | Promise<Run>;
};

/** Values of conditions for which one document is planned; each is about as large as the document. */
const mostVariants = 8;

/**
 * Plans an operation of a document that is valid.
 * @returns null where graphql-js's `execute` has to do all of it: subscriptions, what asks for the schema, directives that
 * are no conditions
 */
export function planOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationPlan | null {
  const type = schema.getRootType(operation.operation) ?? null;
  if (type === null || operation.operation === OperationTypeNode.SUBSCRIPTION) return null;
  const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  const definitions = [operation, ...fragments];
  if (!definitions.every(isPlannable)) return null;
  const isSerial = operation.operation === OperationTypeNode.MUTATION;
  const conditions = conditionsOf(definitions);
  const variants = new Map<string, ReturnType<typeof rootCompleter>>();
  const parts = { schema, operation, fragments: byName(fragments) };

  const variantOf = (variableValues: VariableValues): ReturnType<typeof rootCompleter> => {
    const key = keyOf(conditions, variableValues);
    const known = variants.get(key);
    if (known) return known;
    const scope = { ...parts, variableValues: pickVariables(conditions, variableValues) };
    const variant = rootCompleter(scope, type, isSerial);
    const [oldest] = variants.keys();
    if (variants.size >= mostVariants && oldest !== undefined) variants.delete(oldest);
    variants.set(key, variant);
    return variant;
  };

  return {
    run(context, variableValues) {
      const execution = new Execution(context, variableValues);
      const succeed = (value: unknown): Run => {
        const data = JSON.stringify(value);
        execution.end();
        return { data };
      };
      const fail = async (): Promise<Run> => {
        await execution.settle();
        execution.end();
        return { data: null, rootValue: execution.outcomes };
      };
      try {
        const completed = variantOf(variableValues)(execution);
        return completed instanceof Promise ? completed.then(succeed).catch(fail) : succeed(completed);
      } catch {
        return fail();
      }
    },
  };
}

function byName(fragments: readonly FragmentDefinitionNode[]): Record<string, FragmentDefinitionNode> {
  const named: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const fragment of fragments) named[fragment.name.value] = fragment;
  return named;
}

/** Whether all that a definition takes is what a plan does as `execute` would. */
function isPlannable(definition: OperationDefinitionNode | FragmentDefinitionNode): boolean {
  const isFragment = definition.kind === Kind.FRAGMENT_DEFINITION;
  let isPlain = !(isFragment && definition.variableDefinitions?.length);
  const refuse = () => {
    isPlain = false;
  };
  visit(definition, {
    Directive: ({ name }) => (name.value === "skip" || name.value === "include" ? undefined : refuse()),
    Field: ({ name }) => (name.value === "__schema" || name.value === "__type" ? refuse() : undefined),
  });
  return isPlain;
}
