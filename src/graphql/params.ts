import { isUtf8 } from "node:buffer";
import { Refusal } from "../errors.ts";
import { findRepeatedName } from "./repeated-name.ts";

/** What a GraphQL request says (GraphQL over HTTP, "Request Parameters"). */
export type GraphqlParams = {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  extensions?: Record<string, unknown> | null;
};

const typeOfParam = new Map([
  ["query", "string"],
  ["operationName", "string"],
  ["variables", "object"],
  ["extensions", "object"],
]);

/** What some programs put before a text to say that it is UTF-8: no part of it (RFC 8259 §8.1). */
const byteOrderMark = "\ufeff";

/**
 * Reads the JSON body of a POST.
 * @throws Refusal when it is not UTF-8 (RFC 8259 §8.1), not JSON, has a name twice in one object, or is not one object
 *   with the right properties: there is no batching
 */
export function paramsFromBody(body: Buffer): GraphqlParams {
  if (!isUtf8(body)) throw badRequest("The request body is not UTF-8.");
  const text = body.toString("utf8");
  const value = parseJson(text.startsWith(byteOrderMark) ? text.slice(1) : text, "The request body");
  if (Array.isArray(value)) throw badRequest("Send one operation a request: there is no batching.");
  if (typeof value !== "object" || value === null) throw badRequest("The request body is not a JSON object.");
  return checkParams(value as Record<string, unknown>);
}

/**
 * Reads the query string of a GET. Other parameters than GraphQL's own are ignored, `access_token` included.
 * @throws Refusal when one of GraphQL's own is there twice, variables or extensions are no JSON objects, or the whole is
 *   no percent-encoded UTF-8
 */
export function paramsFromQuery(query: string): GraphqlParams {
  if (!isEncoded(query)) throw badRequest("The query string is not percent-encoded UTF-8.");
  const search = new URLSearchParams(query);
  const text = (key: string) => {
    const [value, ...others] = search.getAll(key);
    if (others.length > 0) throw badRequest(`The query string has ${JSON.stringify(key)} twice.`);
    return value || undefined;
  };
  const json = (key: string) => {
    const value = text(key);
    return value === undefined ? undefined : parseJson(value, `"${key}" in the query string`);
  };
  return checkParams({
    query: text("query"),
    operationName: text("operationName"),
    variables: json("variables"),
    extensions: json("extensions"),
  });
}

function checkParams(params: Record<string, unknown>): GraphqlParams {
  for (const [key, value] of Object.entries(params)) {
    const type = typeOfParam.get(key);
    if (type === undefined) throw badRequest(`A GraphQL request has no parameter ${quoteName(key)}.`);
    // Null counts as left out.
    if (value === null || value === undefined) continue;
    if (typeof value !== type || Array.isArray(value)) throw badRequest(`"${key}" is not of type ${type}.`);
  }
  if (typeof params.query !== "string") throw badRequest('There is no "query".');
  return params as GraphqlParams;
}

function parseJson(text: string, what: string): unknown {
  const value = tryToParse(text, what);
  const repeated = findRepeatedName(text);
  if (repeated !== null) throw badRequest(`${what} has ${quoteName(repeated)} twice in one object.`);
  return value;
}

function tryToParse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(`${what} is not JSON.`);
  }
}

/** A name as a message has it, which is not to grow with what is sent. */
const quoteName = (name: string) => JSON.stringify(name.slice(0, 50).toWellFormed());

function isEncoded(query: string): boolean {
  try {
    decodeURIComponent(query);
    return true;
  } catch {
    return false;
  }
}

function badRequest(message: string): Refusal {
  return new Refusal("BAD_REQUEST", message);
}
