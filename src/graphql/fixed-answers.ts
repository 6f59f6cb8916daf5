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
import type { OperationCost } from "./operation-cost.ts";

/** Filled in while a request is executed. */
export type Outcome = {
  /** Whether the answer depends on the request and the viewer's own rows, and on nothing else. */
  isFixed: boolean;
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

/** Finds out which answers are fixed: those of queries without a varying field and without an error. */
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
          context.outcome.isFixed = !(Symbol.asyncIterator in result) && result.errors === undefined;
        },
      };
    },
  };
}
