import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
} from "graphql";
import { createBoundedCache } from "../runtime/bounded-cache.ts";
import { once } from "../schema/once.ts";
import { analyseCost } from "./cost/analyse.ts";
import { parseWithin } from "./cost/document-limits.ts";
import type { OperationAnalysis } from "./cost/operation-cost.ts";
import type { Introspection } from "./introspection.ts";
import { type OperationPlan, planOf } from "./plan/plan.ts";
import { createValidate } from "./validate.ts";
import { hasVaryingField } from "./varying-fields.ts";

/** UTF-16 units of the documents that are kept: some hundred as clients send them, and as many that are none. */
const keptDocuments = 262_144;

/** A name longer than this says nothing more to whoever reads the log. */
const maxNameLength = 80;

/** What there is to know of an operation before it is executed. */
export type Operation = OperationAnalysis & {
  readonly node: OperationDefinitionNode;
  /** For the log: its name, or its kind where it has none. */
  readonly name: string;
  /** Whether what it answers depends on the request and the viewer's own rows alone, unless it looks at the clock. */
  isCacheable(): boolean;
  /** How it is executed, where it is valid; null where graphql-js's `execute` has to do it. */
  plan(): OperationPlan | null;
};

/** What there is to know of a document, found out when it is asked for, once. */
export type Analysis = {
  readonly document: DocumentNode;
  /** @returns what is wrong with it for whoever may look at the schema, or for whoever may not */
  problems(mayIntrospect: boolean): readonly GraphQLError[];
  /** @returns null where it has none of that name, or several and no name is given */
  operation(name: string | null | undefined): Operation | null;
};

/**
 * Makes what looks at documents, at each once. The latest are kept, with all that was found out about them.
 * @returns a function of a document within the limit of its length; it gives an error for what is none
 */
export function createAnalyse(schema: GraphQLSchema, introspection: Introspection) {
  const validate = createValidate(schema, introspection);
  const kept = createBoundedCache<Analysis | GraphQLError>(keptDocuments);

  function analyse(document: DocumentNode): Analysis {
    const { excess, operations } = analyseCost(schema, document);
    const varies = once(() => hasVaryingField(schema, document));
    const problems = {
      open: once(() => validate(document, true)),
      closed: once(() => validate(document, false)),
    };
    const describe = (node: OperationDefinitionNode, cost: OperationAnalysis): Operation => ({
      ...cost,
      node,
      name: nameOf(node),
      isCacheable: () => node.operation === OperationTypeNode.QUERY && !varies(),
      plan: once(() => planOf(schema, document, node)),
    });
    const known = new Map([...operations].map(([node, cost]) => [node, describe(node, cost)]));
    return {
      document,
      problems: (mayIntrospect) =>
        excess.length > 0 ? excess : problems[mayIntrospect ? "open" : "closed"](),
      operation(name) {
        const node = getOperationAST(document, name);
        return (node && known.get(node)) ?? null;
      },
    };
  }

  return (query: string): Analysis | GraphQLError => {
    const found = kept.get(query);
    if (found !== undefined) return found;
    const document = tryToParse(query);
    const analysis = document instanceof GraphQLError ? document : analyse(document);
    kept.set(query, analysis);
    return analysis;
  };
}

function tryToParse(query: string): DocumentNode | GraphQLError {
  try {
    return parseWithin(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

const nameOf = ({ name, operation }: OperationDefinitionNode): string =>
  name?.value.slice(0, maxNameLength) ?? operation;
