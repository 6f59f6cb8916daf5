import { GraphQLError } from "graphql";
import { errorStatus } from "../../errors.ts";

/** @param message what there is too much of, and what would pass */
export function tooComplex(message: string): GraphQLError {
  const code = "QUERY_TOO_COMPLEX";
  // Not what GraphQL over HTTP calls an error in the document: 400 for old clients as well.
  return new GraphQLError(message, {
    extensions: { code, http: { status: errorStatus[code], spec: false } },
  });
}
