import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { OperationCost } from "./cost/operation-cost.ts";

/** Filled in while a request is executed. */
export type Outcome = {
  /** Whether anything has looked at the clock: the answer may be another in a moment. */
  readsClock: boolean;
  /** Whether the answer depends on the request and the viewer's own rows, and on nothing else. */
  isFixed: boolean;
  /** Bytes of the long texts in the answer to a query, as far as it was made; JSON takes them or more. */
  textSize: number;
  /** The rows with long texts that are read, or were read last. */
  reading?: Promise<unknown>;
  /** What is executed; nothing yet before it is known to be valid. */
  operation?: OperationCost;
};

/** Whether an answer to a document can vary though neither the request nor the viewer's rows do. */
export function hasVaryingField(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let varies = false;
  const enter = () => {
    varies ||= types.getFieldDef()?.extensions.varies === true;
  };
  visit(document, visitWithTypeInfo(types, { Field: { enter } }));
  return varies;
}

/** A clock that tells an outcome that it was looked at. */
export function toldClock(now: () => Date, outcome: Outcome): () => Date {
  return () => {
    outcome.readsClock = true;
    return now();
  };
}

/**
 * Finds out which answers are fixed: those of queries without a varying field and without an error, that were made
 * without a look at the clock.
 */
export function useFixedAnswers(): Plugin<{ outcome: Outcome }> {
  const varyingDocuments = new WeakMap<DocumentNode, boolean>();
  return {
    onExecute({ args, context }) {
      const { schema, document, operationName } = args;
      if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.QUERY) return;
      const varies = varyingDocuments.get(document) ?? hasVaryingField(schema, document);
      varyingDocuments.set(document, varies);
      if (varies) return;
      return {
        onExecuteDone({ result }) {
          const { outcome } = context;
          const isWhole = !(Symbol.asyncIterator in result) && result.errors === undefined;
          outcome.isFixed = isWhole && !outcome.readsClock;
        },
      };
    },
  };
}
