import { type DocumentNode, type GraphQLError, type GraphQLSchema, specifiedRules, validate } from "graphql";
import { createIntrospectionRule, type Introspection } from "./introspection.ts";
import { documentProblem } from "./wording.ts";

/** Problems that are listed, so that a small request gets no large answer. */
export const maxListedProblems = 5;

/**
 * Makes what says what is wrong with a document.
 * @returns a function of a document, and of whether who sent it may look at the schema; nothing wrong for somebody who may
 * not is nothing wrong for anybody
 */
export function createValidate(schema: GraphQLSchema, introspection: Introspection) {
  const closedRules = introspection === "open" ? [] : [createIntrospectionRule(introspection)];
  return (document: DocumentNode, mayIntrospect: boolean): readonly GraphQLError[] => {
    const rules = mayIntrospect ? specifiedRules : [...specifiedRules, ...closedRules];
    const maxErrors = maxListedProblems - 1; // One more says that there were too many.
    const options = { maxErrors, hideSuggestions: !mayIntrospect };
    return validate(schema, document, rules, options).map(documentProblem);
  };
}
