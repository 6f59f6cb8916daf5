import { type DocumentNode, type GraphQLError, type parse, validate } from "graphql";
import type { Plugin } from "graphql-yoga";
import { checkLength, findExcess, parseWithin } from "./document-limits.ts";
import { checkVariables } from "./variable-limits.ts";
import { shortened } from "./wording.ts";

/** Problems that are listed, so that a small request gets no large answer. */
export const maxListedProblems = 5;

/** Refuses documents that cost more to look at than an honest one would, before anything else looks at them. */
export function useDocumentLimits(): Plugin {
  const measured = new WeakMap<DocumentNode, GraphQLError[]>();
  return {
    onParams: ({ params }) => {
      // Before the caches, which would keep the text.
      checkLength(params.query);
      checkVariables(params.variables);
    },
    onParse: ({ setParseFn }) => setParseFn(parseWithin as typeof parse),
    onValidate: ({ params, setResult, setValidationFn }) => {
      const document = params.documentAST;
      const excess = measured.get(document) ?? findExcess(document);
      measured.set(document, excess);
      if (excess.length > 0) setResult(excess);
      const maxErrors = maxListedProblems - 1; // One more says that there were too many.
      setValidationFn((schema, ast, rules) => validate(schema, ast, rules, { maxErrors }).map(shortened));
    },
    onResultProcess: ({ result, setResult }) => {
      // With data, each error explains a null in it.
      if (!("errors" in result) || "data" in result || (result.errors?.length ?? 0) <= maxListedProblems)
        return;
      setResult({ ...result, errors: result.errors?.slice(0, maxListedProblems) ?? [] });
    },
  };
}
