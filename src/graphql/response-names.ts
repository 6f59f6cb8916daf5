import { type ASTVisitor, GraphQLError, type ValidationContext } from "graphql";
import type { Plugin } from "graphql-yoga";

/** Refuses fields that are called `then` in the answer: Yoga's executor takes an object with one for a promise. */
function ThenRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if ((node.alias ?? node.name).value !== "then") return;
      context.reportError(new GraphQLError('Call this field anything but "then".', { nodes: node }));
    },
  };
}

/** Refuses names for an answer's fields that could not be answered. */
export function useResponseNames(): Plugin {
  return {
    onValidate: ({ addValidationRule }) => addValidationRule(ThenRule),
  };
}
