import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  getOperationAST,
  OperationTypeNode,
  visit,
} from "graphql";
import { type CompiledQuery, compileQuery, isCompiledQuery } from "graphql-jit";
import type { Plugin } from "graphql-yoga";

/** How often a document has to come before it is compiled, which takes as long as executing it some dozen times. */
const worthwhile = 5;

type Compiled = CompiledQuery["query"];
type Usage = { count: number; compiled: Map<string, Compiled | null> };

/**
 * Whether a variable stands anywhere but in the arguments of the query's own fields: graphql-jit hands variables on to
 * resolvers in another form than GraphQL 17 does, and those are the ones that resolvers look at.
 */
function hasInnerVariable(document: DocumentNode): boolean {
  let depth = 0;
  let found = false;
  visit(document, {
    VariableDefinition: () => false,
    Field: { enter: () => void depth++, leave: () => void depth-- },
    FragmentDefinition: { enter: () => void depth++, leave: () => void depth-- },
    Directive: { enter: () => void depth++, leave: () => void depth-- },
    Variable: () => {
      found ||= depth > 1;
    },
  });
  return found;
}

function compile({ schema, document, operationName }: ExecutionArgs): Compiled | null {
  const operation = getOperationAST(document, operationName)?.operation;
  if (operation !== OperationTypeNode.QUERY || hasInnerVariable(document)) return null;
  const compiled = compileQuery(schema, document, operationName ?? undefined);
  return isCompiledQuery(compiled) ? compiled.query : null;
}

/** graphql-jit knows where an error is, and not which nodes are there, by which GraphQL's own errors tell it. */
function located({ message, path, originalError, locations }: GraphQLError, { loc }: DocumentNode) {
  const source = loc?.source ?? null;
  const lines = [
    0,
    ...[...(source?.body ?? "").matchAll(/\r\n|[\n\r]/g)].map((end) => end.index + end[0].length),
  ];
  const positions = locations?.map(({ line, column }) => (lines[line - 1] ?? 0) + column - 1) ?? null;
  return new GraphQLError(message, {
    source,
    positions,
    path: path ?? null,
    ...(originalError && { originalError }),
  });
}

/** Executes the queries that come again and again by code that was made for them. */
export function useCompiledQueries(): Plugin {
  const usages = new WeakMap<DocumentNode, Usage>();

  function findCompiled(args: ExecutionArgs): Compiled | null {
    const usage = usages.get(args.document) ?? { count: 0, compiled: new Map() };
    usages.set(args.document, usage);
    if (++usage.count < worthwhile) return null;
    const key = args.operationName ?? "";
    const known = usage.compiled.get(key);
    if (known !== undefined) return known;
    const compiled = compile(args);
    usage.compiled.set(key, compiled);
    return compiled;
  }

  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const compiled = findCompiled(args);
      if (compiled === null) return;
      const { document } = args;
      setExecuteFn(async (given: ExecutionArgs) => {
        const result = await compiled(given.rootValue, given.contextValue, given.variableValues ?? {});
        if (result.errors === undefined) return result;
        // Nothing has run yet: it is the variables, of which GraphQL's own words say more.
        if (!("data" in result)) return executeFn(given);
        return { errors: result.errors.map((error) => located(error, document)), data: result.data };
      });
    },
  };
}
