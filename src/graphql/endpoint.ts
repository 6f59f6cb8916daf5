import type { IncomingMessage } from "node:http";
import { Refusal } from "../errors.ts";
import { readBody } from "../http/body.ts";
import type { Exchange } from "../http/exchange.ts";
import type { RouteRequest } from "../http/front.ts";
import { chooseMediaType, type MediaType } from "../http/media-type.ts";
import { HttpRefusal } from "../http/refusal.ts";
import { type GraphqlParams, paramsFromBody, paramsFromQuery } from "./params.ts";
import { type Answer, sendAnswer } from "./response.ts";

export type GraphqlRequest = {
  /** Of the right types. */
  params: GraphqlParams;
  /** The body, a character a byte; null for a GET. */
  text: string | null;
  /** What the answer is sent as. */
  type: MediaType;
};

/** Executes one GraphQL request. */
export type GraphqlHandler = (exchange: Exchange, request: GraphqlRequest) => Promise<Answer>;

const json = /^application\/json[\t ]*(?:;[\t ]*(?:charset=(?:utf-8|"utf-8"))?[\t ]*)*$/i;
// What clients send that ask with GET; browsers that open a page don't.
const preflightHeaders = ["graphql-require-preflight", "x-graphql-yoga-csrf", "apollo-require-preflight"];

/** Whether a GET of the GraphQL address is a browser's that wants a page, not a client's with a query. */
export function wantsPage(req: IncomingMessage): boolean {
  return (
    req.method === "GET" && req.headers.accept?.includes("text/html") === true && !hasPreflightHeader(req)
  );
}

/**
 * Answers a GraphQL request, of which only what is safe and well-formed gets to the handler.
 * @throws Refusal for everything else, with the table of errors in docs/api.md
 */
export async function answerGraphql(
  exchange: Exchange,
  { query, isInvited }: RouteRequest,
  handler: GraphqlHandler,
): Promise<void> {
  const { req } = exchange;
  checkSite(req, isInvited);
  const request = await readRequest(exchange, query);
  // Both are read, so they need not be parsed again, nor may they mean anything else to the handler.
  req.url = "/graphql";
  req.headers.accept = request.type;
  sendAnswer(exchange, await handler(exchange, request));
}

async function readRequest(exchange: Exchange, query: string): Promise<GraphqlRequest> {
  const { req } = exchange;
  if (req.method === "POST") {
    checkPost(req);
    const type = requireMediaType(req);
    const body = await readBody(exchange);
    return { params: paramsFromBody(body), text: body.toString("latin1"), type };
  }
  // A GET changes nothing, no cookie counts for it, and a page of another site can't read what it is answered.
  return { params: paramsFromQuery(query), text: null, type: requireMediaType(req) };
}

function requireMediaType({ headers }: IncomingMessage): MediaType {
  const type = chooseMediaType(headers.accept);
  if (type !== null) return type;
  const message = "The answer is application/json or application/graphql-response+json.";
  throw new HttpRefusal(406, "BAD_REQUEST", message);
}

// These are set by the browser and by nobody else: for a form, or a page of another site.
function checkSite({ method, headers }: IncomingMessage, isInvited: boolean): void {
  if (method !== "POST") return;
  const isForeign = headers["sec-fetch-site"] === "cross-site" && !isInvited;
  if (isForeign || headers["sec-fetch-mode"] === "navigate") {
    throw new Refusal("CSRF", "Pages of other sites can't send requests here.");
  }
}

function checkPost({ headers }: IncomingMessage): void {
  const type = headers["content-type"];
  if (type !== "application/json" && !json.test(type ?? "")) {
    throw unsupported("Send the request as application/json in UTF-8.");
  }
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw unsupported("Send the request without a content encoding.", { "Accept-Encoding": "identity" });
  }
}

function hasPreflightHeader({ headers }: IncomingMessage): boolean {
  return preflightHeaders.some((name) => headers[name] !== undefined);
}

function unsupported(message: string, headers?: Record<string, string>): HttpRefusal {
  return new HttpRefusal(415, "UNSUPPORTED_MEDIA_TYPE", message, headers);
}
