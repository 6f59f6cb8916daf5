import { type ExecutionResult, GraphQLError } from "graphql";
import type { Logger } from "pino";
import { refusalFor } from "../db/failures.ts";
import { type ErrorCode, errorStatus, Refusal } from "../errors.ts";
import { describeProblem } from "./wording.ts";

/** What the caller is told in place of an error that is not theirs; the log is told that. */
class MaskedError extends GraphQLError {
  readonly origin: unknown;

  constructor({ message, nodes, source, positions, path, extensions }: GraphQLError, origin: unknown) {
    super(message, { nodes, source, positions, path, extensions });
    this.origin = origin;
  }
}

/** @returns what was thrown at first, below what GraphQL wrapped around it */
function originOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originOf(error.originalError) : error;
}

function withExtensions(error: unknown, message: string, extensions: Record<string, unknown>): GraphQLError {
  const {
    nodes = null,
    source = null,
    positions = null,
    path = null,
  } = error instanceof GraphQLError ? error : {};
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}

const isErrorCode = (code: unknown): code is ErrorCode => typeof code === "string" && code in errorStatus;

/** The code of an error by GraphQL itself: about the document, or about the values for its variables. */
function requestCode(error: GraphQLError): ErrorCode {
  if (error.message.startsWith("Syntax Error")) return "GRAPHQL_PARSE_FAILED";
  return "BAD_USER_INPUT";
}

/** Whether GraphQL complains of a resolver's result rather than of the document or a variable, whose nodes it names. */
function isOfServersMaking(error: unknown, origin: GraphQLError): boolean {
  const isInResult = error instanceof GraphQLError && error.path !== undefined;
  return isInResult && origin.nodes === undefined && !isErrorCode(origin.extensions.code);
}

function refuse(error: unknown, { code, message, headers }: Refusal): GraphQLError {
  return withExtensions(error, message, { code, http: { status: errorStatus[code], headers } });
}

/** Turns whatever went wrong into what the caller may know of it: an error of the catalogue. */
export function maskError(error: unknown): GraphQLError {
  const origin = originOf(error);
  // What is told to the caller may quote the caller, who may have written anything.
  const isTold = origin instanceof GraphQLError || origin instanceof Refusal;
  const refusal = isTold ? null : refusalFor(origin);
  if (refusal !== null) return new MaskedError(refuse(error, refusal), origin);
  if (origin instanceof Refusal) return refuse(error, origin);
  if (origin instanceof GraphQLError && !isOfServersMaking(error, origin)) {
    const code = isErrorCode(origin.extensions.code) ? origin.extensions.code : requestCode(origin);
    // "spec": 200 for a client that only knows application/json, as GraphQL over HTTP has it for what is wrong with the
    // document or the variables.
    const isOfHttp = code === "BAD_REQUEST" && origin.extensions.http !== undefined;
    const http = isOfHttp
      ? origin.extensions.http
      : { status: errorStatus[code], spec: code !== "QUERY_TOO_COMPLEX" };
    return withExtensions(error, describeProblem(error, origin), { code, http });
  }
  const masked = withExtensions(error, "Unexpected error.", { code: "INTERNAL_SERVER_ERROR" });
  return new MaskedError(masked, origin);
}

const isMaskedAs = (error: unknown, code: ErrorCode): error is MaskedError =>
  error instanceof MaskedError && error.extensions.code === code;

/** A result, or what was thrown where one was due. */
type Met = Omit<ExecutionResult, "errors"> & { readonly errors?: readonly unknown[] | undefined };

/**
 * Turns what an execution has met into what the caller may know of it. What stands behind the masked errors is logged,
 * under the request's id, which the caller of a bug is told; what meets many fields once.
 */
export function maskResult({ errors: met, ...rest }: Met, id: string, log: Logger): ExecutionResult {
  if (met === undefined) return rest;
  const masked = met.map(maskError);
  const absence = masked.find((error) => isMaskedAs(error, "SERVICE_UNAVAILABLE"));
  if (absence) log.warn({ id, err: absence.origin }, "the database could not answer");
  const logged = new Set<string>();
  const errors = masked.map((error) => {
    if (!isMaskedAs(error, "INTERNAL_SERVER_ERROR")) return error;
    const { path, message, extensions, origin } = error;
    if (!logged.has(String(origin)))
      log.error({ id, path: path?.join("."), err: origin }, "unexpected error");
    logged.add(String(origin));
    return withExtensions(error, message, { ...extensions, requestId: id });
  });
  const hasData = Object.values(rest.data ?? {}).some((value) => value !== null);
  const isBug = logged.size > 0 && !hasData;
  return { errors, ...rest, ...(isBug && { extensions: { http: { status: 500 } } }) };
}
