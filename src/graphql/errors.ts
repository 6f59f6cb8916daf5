import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import { isDatabaseAway } from "../db/failures.ts";
import { type ErrorCode, errorStatus, Refusal, serviceUnavailable } from "../errors.ts";
import { requestId } from "../http/request.ts";
import type { FrontContext } from "../http/yoga.ts";

/** Bugs behind masked errors, until the request that met them logs them. */
const bugs = new WeakMap<GraphQLError, unknown>();

/** @returns what was thrown at first, below what GraphQL wrapped around it */
function originOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originOf(error.originalError) : error;
}

function withExtensions(error: unknown, message: string, extensions: Record<string, unknown>): GraphQLError {
  const { nodes, path } = error instanceof GraphQLError ? error : {};
  return new GraphQLError(message, { nodes: nodes ?? null, path: path ?? null, extensions });
}

/** The code of an error by GraphQL itself: about the document, or about the values for its variables. */
function requestCode(error: GraphQLError): ErrorCode {
  if (/tokens/.test(error.message) && /Syntax Error/.test(error.message)) return "QUERY_TOO_COMPLEX";
  if (error.message.startsWith("Syntax Error")) return "GRAPHQL_PARSE_FAILED";
  return "BAD_USER_INPUT";
}

/** Turns whatever went wrong into what the caller may know of it: an error of the catalogue. */
export function maskError(error: unknown): GraphQLError {
  const origin = originOf(error);
  const refusal = isDatabaseAway(origin) ? serviceUnavailable() : origin;
  if (refusal instanceof Refusal) {
    const { code, message, headers } = refusal;
    return withExtensions(error, message, { code, http: { status: errorStatus[code], headers } });
  }
  if (origin instanceof GraphQLError) {
    const known = origin.extensions["code"] as ErrorCode | undefined;
    const code = known ?? requestCode(origin);
    // "spec": 200 for a client that only knows application/json, as GraphQL over HTTP has it.
    const http = origin.extensions["http"] ?? { status: errorStatus[code], spec: code !== "QUERY_TOO_COMPLEX" };
    return withExtensions(error, origin.message, { code, http });
  }
  const masked = withExtensions(error, "Unexpected error.", { code: "INTERNAL_SERVER_ERROR" });
  bugs.set(masked, origin);
  return masked;
}

/** Logs the bugs of each result once, under the request's id, which the caller is told. */
export function useBugReports(log: Logger): Plugin<object, FrontContext> {
  return {
    onResultProcess({ result, setResult, serverContext }) {
      if (!("errors" in result) || !result.errors?.some((error) => bugs.has(error as GraphQLError))) return;
      const id = requestId(serverContext.req);
      const errors = result.errors.map((error) => {
        const masked = error as GraphQLError;
        if (!bugs.has(masked)) return masked;
        log.error({ id, path: masked.path?.join("."), err: bugs.get(masked) }, "unexpected error");
        return withExtensions(masked, masked.message, { ...masked.extensions, requestId: id });
      });
      const hasData = Object.values(result.data ?? {}).some((value) => value !== null);
      setResult({ ...result, errors, ...(hasData ? {} : { extensions: { http: { status: 500 } } }) });
    },
  };
}
