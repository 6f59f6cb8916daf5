import { type ExecutionResult, GraphQLError, type ValidationRule } from "graphql";
import type { GraphqlParams } from "./params.ts";

/** Who may look at the schema through the API: everybody, whoever sends a credential, nobody. */
export type Introspection = "open" | "signed-in" | "off";

export const mayIntrospect = (introspection: Introspection, viewer: object | null): boolean =>
  introspection === "open" || (introspection === "signed-in" && viewer !== null);

const reasons = {
  "signed-in": "Only those who are signed in may look at the schema.",
  off: "The schema can't be looked at on this server.",
};

/** What everybody may ask: the name of a type that they know already, which GraphQL over HTTP's audits do. */
const openFields = new Set(["name", "__typename"]);

/** Makes the rule for those who may not look at the schema; it complains once a document. */
export function createIntrospectionRule(introspection: Exclude<Introspection, "open">): ValidationRule {
  return (context) => {
    let isReported = false;
    return {
      Field(node) {
        const isInside = context.getParentType()?.name.startsWith("__") === true;
        const isRefused = isInside ? !openFields.has(node.name.value) : node.name.value === "__schema";
        if (!isRefused || isReported) return;
        isReported = true;
        const message = `${reasons[introspection]} The name of a type by __type, and __typename, are for everybody.`;
        context.reportError(new GraphQLError(message, { nodes: node }));
      },
    };
  };
}

const names = /[_A-Za-z]\w*/g;
const builtIn = ["Boolean", "Float", "ID", "Int", "String"];

/**
 * @param written what the caller wrote
 * @returns a message of GraphQL's without its suggestion, and without the names in it that are not the caller's
 */
export function withoutNames(message: string, written: string): string {
  const known = new Set([...builtIn, ...(written.match(names) ?? [])]);
  return message
    .replace(/ Did you mean .*$/s, "")
    .replace(/"[^"]*"?/g, (quoted) => quoted.replace(names, (name) => (known.has(name) ? name : "…")));
}

/** Keeps what GraphQL says of a request from telling the schema to those who may not look at it. */
export function hideNames(result: ExecutionResult, params: GraphqlParams): ExecutionResult {
  // With data, errors are by resolvers, in their own words.
  if (result.errors === undefined || "data" in result) return result;
  const written = `${params.query} ${params.operationName ?? ""} ${JSON.stringify(params.variables)}`;
  const errors = result.errors.map((error) => {
    const { nodes = null, source = null, positions = null, path, extensions } = error;
    if (extensions.code === "GRAPHQL_PARSE_FAILED" || path !== undefined) return error;
    const message = withoutNames(error.message, written);
    return new GraphQLError(message, { nodes, source, positions, extensions });
  });
  return { ...result, errors };
}
