import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  OperationTypeNode,
  visit,
} from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import type { Plugin, YogaInitialContext } from "graphql-yoga";
import { createBoundedCache } from "../bounded-cache.ts";
import { hasVaryingField } from "./fixed-answers.ts";
import type { Measured } from "./measure.ts";
import type { OperationMeasure } from "./operation-cost.ts";
import { nameOperation } from "./operation-names.ts";

/** How often a document has to come before it is compiled, which takes as long as executing it some dozen times. */
const worthwhile = 5;

/** UTF-16 units of the longest document that is compiled: it takes time that others wait for. */
const longestDocument = 4096;

/** UTF-16 units of the documents that are kept compiled. */
const keptDocuments = 65_536;

/** A query that Yoga has parsed, validated and executed before, as code that was made for it. */
export type CompiledQuery = {
  run(context: object, variables: object): ExecutionResult | Promise<ExecutionResult>;
  /** Its name, or its kind where it has none. */
  operation: string;
  measure: OperationMeasure["measure"];
  /** Whether its answers depend on the request and the viewer's own rows, and on nothing else. */
  isFixed: boolean;
};

/** What a request asks to be executed. */
type Params = { query?: string | null; operationName?: string | null };

const keyOf = ({ query, operationName }: Params) => `${operationName ?? ""}\n${query}`;

/**
 * Whether a variable stands anywhere but in the arguments of the query's own fields: graphql-jit hands variables on to
 * resolvers in another form than GraphQL 17 does, and those are the ones that resolvers look at.
 */
function hasInnerVariable(document: DocumentNode): boolean {
  let depth = 0;
  let found = false;
  const level = { enter: () => void depth++, leave: () => void depth-- };
  visit(document, {
    VariableDefinition: () => false,
    Field: level,
    FragmentDefinition: level,
    Directive: level,
    Variable: () => {
      found ||= depth > 1;
    },
  });
  return found;
}

/** Whether a document asks for the schema, which not everybody may who sends it. */
function hasIntrospection(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field: ({ name }) => {
      found ||= name.value === "__schema" || name.value === "__type";
    },
  });
  return found;
}

/**
 * Whether a text stands in the document itself: graphql-jit writes arguments into the code that it makes, and takes a
 * text that begins with a mark of its own for an expression (objectStringify, 0.8.9), which the server would run.
 */
function hasText(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    StringValue: () => {
      found = true;
    },
  });
  return found;
}

function compile(
  { schema, document, operationName }: ExecutionArgs,
  { operations }: Measured,
): CompiledQuery | null {
  const operation = getOperationAST(document, operationName);
  const measure = operation && operations.get(operation);
  if (operation?.operation !== OperationTypeNode.QUERY || !measure) return null;
  if (hasInnerVariable(document) || hasIntrospection(document) || hasText(document)) return null;
  const compiled = compileQuery(schema, document, operationName ?? undefined);
  if (!isCompiledQuery(compiled)) return null;
  return {
    run: (context, variables) => compiled.query(undefined, context, variables),
    operation: nameOperation(operation),
    measure: measure.measure,
    isFixed: !hasVaryingField(schema, document),
  };
}

/** Compiles the queries that come again and again. */
export function createCompiledQueries(measure: (document: DocumentNode) => Measured) {
  const uses = new WeakMap<DocumentNode, number>();
  const compiled = createBoundedCache<CompiledQuery>(keptDocuments);
  const plugin: Plugin<YogaInitialContext> = {
    onExecute({ args, context }) {
      const count = (uses.get(args.document) ?? 0) + 1;
      uses.set(args.document, count);
      if (count % worthwhile !== 0 || (context.params.query?.length ?? 0) > longestDocument) return;
      const query = compile(args, measure(args.document));
      if (query !== null) compiled.set(keyOf(context.params), query);
    },
  };
  return {
    /** Learns what is worth it. */
    plugin,
    /**
     * A result of it with an error is not to be used: Yoga's own, of the same request, says it as all others do. A
     * query changes nothing, so that it can be executed again.
     */
    find: (params: Params) => compiled.get(keyOf(params)),
  };
}
