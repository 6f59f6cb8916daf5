import type { OutgoingHttpHeaders } from "node:http";
import type { Exchange } from "../http/exchange.ts";
import { send } from "../http/headers.ts";
import { contentTypeOf, type MediaType } from "../http/media-type.ts";

/** What a GraphQL request is answered: JSON, in one piece. */
export type Answer = {
  status: number;
  headers: OutgoingHttpHeaders;
  body: string;
};

const json = /^application\/(?:graphql-response\+)?json\b/;

/** The answer of a query that met no error, which all ways to it give alike. */
export const answerOf = (type: MediaType, body: string): Answer => ({
  status: 200,
  headers: { "cache-control": "no-store", "content-type": contentTypeOf(type) },
  body,
});

/**
 * Reads what Yoga answered.
 * @throws Error where that is not JSON: it may be a stack trace
 */
export async function readAnswer(response: Response): Promise<Answer> {
  const type = response.headers.get("content-type") ?? "";
  const { status } = response;
  if (json.test(type)) return { status, headers: headersOf(response), body: await response.text() };
  throw new Error(`the GraphQL handler answered ${status} as ${type || "nothing"}`);
}

export function sendAnswer(exchange: Exchange, { status, headers, body }: Answer): void {
  if (!exchange.res.destroyed) send(exchange, status, headers, body);
}

function headersOf(response: Response): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { "cache-control": "no-store" };
  response.headers.forEach((value, name) => {
    const key = name.toLowerCase();
    headers[key] = key === "set-cookie" ? response.headers.getSetCookie() : value;
  });
  // Counted again when it is sent: twice is once too often for those who pass it on.
  delete headers["content-length"];
  return headers;
}
