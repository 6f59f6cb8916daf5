import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
  visit,
} from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import type { Plugin, YogaInitialContext } from "graphql-yoga";
import { createBoundedCache } from "../runtime/bounded-cache.ts";
import type { Analysis } from "./cost/analyse.ts";
import type { OperationAnalysis } from "./cost/operation-cost.ts";
import { hasVaryingField } from "./fixed-answers.ts";
import { nameOperation } from "./operation-names.ts";

/** How often a document has to come before it is compiled, which takes as long as executing it some dozen times. */
const worthwhile = 5;

/** UTF-16 units of the longest document that is compiled. */
const longestDocument = 4096;

/** Fields of the largest: compiling these, and running what came of it for the first time, takes some five milliseconds. */
const mostFields = 100;

/** UTF-16 units of the documents that are kept compiled. */
const keptDocuments = 65_536;

/** A query that Yoga has parsed, validated and executed before, as code that was made for it. */
export type CompiledQuery = {
  /** Whether variables are of the types that the query says. The code takes others, such as a list for an input object. */
  takes(variables: { readonly [name: string]: unknown }): boolean;
  /** @param variables that it takes */
  run(context: object, variables: Record<string, unknown>): ExecutionResult | Promise<ExecutionResult>;
  /** Its name, or its kind where it has none. */
  operation: string;
  costOf: OperationAnalysis["costOf"];
  /** Whether its answers depend on the request and the viewer's own rows, and on nothing else. */
  isFixed: boolean;
};

/** What a request asks to be executed. */
type Params = { query?: string | null; operationName?: string | null };

const keyOf = ({ query, operationName }: Params) => JSON.stringify([operationName ?? null, query]);

/**
 * Whether graphql-jit (0.8.9) answers a document as graphql-js does. It takes conditions for those of a fragment's every
 * place; loses names that an object literal can't hold, and mistakes one with an underscore for a path; writes texts
 * into the code that it makes, where those that begin with a mark of its own are run; and hands variables on to the
 * resolvers of inner fields in another form. The schema is left out since not everybody may see it who sends a document.
 */
function isPlain(document: DocumentNode): boolean {
  let depth = 0;
  let plain = true;
  const refuse = () => {
    plain = false;
  };
  const level = { enter: () => void depth++, leave: () => void depth-- };
  visit(document, {
    Directive: refuse,
    StringValue: refuse,
    FloatValue: refuse,
    Variable: ({ name }) => {
      plain &&= depth <= 1 && !name.value.startsWith("__");
    },
    Field: {
      ...level,
      enter({ name, alias }) {
        depth++;
        plain &&= name.value !== "__schema" && name.value !== "__type" && alias?.value.includes("_") !== true;
      },
    },
    FragmentDefinition: level,
  });
  return plain;
}

function compile(
  { schema, document, operationName }: ExecutionArgs,
  { operations, fields }: Analysis,
): CompiledQuery | null {
  if (fields > mostFields) return null;
  const operation = getOperationAST(document, operationName);
  const analysis = operation && operations.get(operation);
  if (operation?.operation !== OperationTypeNode.QUERY || !analysis) return null;
  if (!isPlain(document)) return null;
  const compiled = compileQuery(schema, document, operationName ?? undefined);
  if (!isCompiledQuery(compiled)) return null;
  const definitions = operation.variableDefinitions ?? [];
  return {
    takes: (variables) => getVariableValues(schema, definitions, variables).errors === undefined,
    run: (context, variables) => compiled.query(undefined, context, variables),
    operation: nameOperation(operation),
    costOf: analysis.costOf,
    isFixed: !hasVaryingField(schema, document),
  };
}

/** Compiles the queries that come again and again. */
export function createCompiledQueries(analyse: (document: DocumentNode) => Analysis) {
  const uses = new WeakMap<DocumentNode, number>();
  const compiled = createBoundedCache<CompiledQuery>(keptDocuments);
  const plugin: Plugin<YogaInitialContext> = {
    onExecute({ args, context }) {
      const count = (uses.get(args.document) ?? 0) + 1;
      uses.set(args.document, count);
      if (count % worthwhile !== 0 || (context.params.query?.length ?? 0) > longestDocument) return;
      const query = compile(args, analyse(args.document));
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
