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

/** Refuses variables that are called `$__proto__`: Yoga's executor keeps them in an object, which has one already. */
function ProtoRule(context: ValidationContext): ASTVisitor {
  return {
    VariableDefinition({ variable }) {
      if (variable.name.value !== "__proto__") return;
      const message = 'Call this variable anything but "$__proto__".';
      context.reportError(new GraphQLError(message, { nodes: variable }));
    },
  };
}

/** Refuses the names that could not be answered, or would be read as if they were not there. */
export function useUsableNames(): Plugin {
  return {
    onValidate: ({ addValidationRule }) => {
      addValidationRule(ThenRule);
      addValidationRule(ProtoRule);
    },
  };
}
