import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type parse,
  type ValidationRule,
  validate,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Analysis } from "./cost/analyse.ts";
import { checkLength, parseWithin } from "./cost/document-limits.ts";
import { checkVariables } from "./cost/variable-limits.ts";
import type { Outcome } from "./fixed-answers.ts";
import { createIntrospectionRule, type Introspection, mayIntrospect } from "./introspection.ts";
import { shortened } from "./wording.ts";

/** Problems that are listed, so that a small request gets no large answer. */
export const maxListedProblems = 5;

type RequestContext = { viewer: object | null; outcome: Outcome };

/**
 * Makes what validates documents, each once for those who may look at the schema and once for the others. Yoga's own
 * cache, which knows of no such difference, has to be off.
 */
function createValidation(introspection: Introspection) {
  const known = { open: new WeakMap<DocumentNode, GraphQLError[]>(), closed: new WeakMap() };
  const closedRules = introspection === "open" ? [] : [createIntrospectionRule(introspection)];
  const maxErrors = maxListedProblems - 1; // One more says that there were too many.
  return (viewer: object | null) => {
    const isOpen = mayIntrospect(introspection, viewer);
    const problems = isOpen ? known.open : known.closed;
    return (schema: GraphQLSchema, document: DocumentNode, rules: readonly ValidationRule[] = []) => {
      const found =
        problems.get(document) ??
        validate(schema, document, isOpen ? rules : [...rules, ...closedRules], {
          maxErrors,
          hideSuggestions: !isOpen,
        }).map(shortened);
      problems.set(document, found);
      return found;
    };
  };
}

/**
 * Refuses documents that cost more to look at than an honest one would, before anything else looks at them, and
 * operations that cost more to execute. What an operation costs is in the outcome from then on.
 */
export function useDocumentLimits(
  analyse: (document: DocumentNode) => Analysis,
  introspection: Introspection,
): Plugin<RequestContext> {
  const validationFor = createValidation(introspection);
  return {
    onParams: ({ params }) => {
      // Before the caches, which would keep the text.
      checkLength(params.query);
      checkVariables(params.variables);
    },
    onParse: ({ setParseFn }) => setParseFn(parseWithin as typeof parse),
    onValidate: ({ params: { documentAST: document }, context, setResult, setValidationFn }) => {
      const { excess, operations } = analyse(document);
      if (excess.length > 0) setResult(excess);
      const validateFor = validationFor(context.viewer);
      setValidationFn((schema, _document, rules) => {
        const problems = validateFor(schema, document, rules);
        const node = getOperationAST(document, context.params.operationName);
        const operation = node && operations.get(node);
        if (problems.length > 0 || !operation) return problems;
        const { variables } = context.params;
        context.outcome.operation = operation.costOf(variables);
        const refusal = operation.refuse(variables);
        return refusal ? [refusal] : [];
      });
    },
    onResultProcess: ({ result, setResult }) => {
      // With data, each error explains a null in it.
      if (!("errors" in result) || "data" in result || (result.errors?.length ?? 0) <= maxListedProblems)
        return;
      setResult({ ...result, errors: result.errors?.slice(0, maxListedProblems) ?? [] });
    },
  };
}
