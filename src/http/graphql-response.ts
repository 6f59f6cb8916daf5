import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { send, withSecurityHeaders } from "./headers.ts";
import { HttpRefusal } from "./refusal.ts";

/** What a GraphQL request is answered: JSON in one piece, or a stream of results. */
export type Answer = {
  status: number;
  headers: OutgoingHttpHeaders;
  body: string | ReadableStream<Uint8Array>;
};

const json = /^application\/(?:graphql-response\+)?json\b/;
const stream = /^(?:text\/event-stream|multipart\/mixed)\b/;

/**
 * Reads what Yoga answered.
 * @throws HttpRefusal instead of a 4xx that is not JSON
 * @throws Error instead of anything else that is neither JSON nor a stream of results: it may be a stack trace
 */
export async function readAnswer(response: Response): Promise<Answer> {
  const type = response.headers.get("content-type") ?? "";
  const { status } = response;
  if (json.test(type)) return { status, headers: headersOf(response), body: await response.text() };
  if (stream.test(type) && response.body !== null) {
    return { status, headers: headersOf(response), body: response.body };
  }
  if (status === 406) {
    throw new HttpRefusal(
      406,
      "BAD_REQUEST",
      "The answer is application/json or application/graphql-response+json.",
    );
  }
  throw new Error(`the GraphQL handler answered ${status} as ${type || "nothing"}`);
}

export async function sendAnswer(res: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  if (res.destroyed) return;
  if (typeof body === "string") return send(res, status, headers, body);
  res.writeHead(status, withSecurityHeaders(res.req, headers));
  await sendStream(res, body);
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

async function sendStream(res: ServerResponse, body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  res.once("close", () => {
    reader.cancel().catch(() => {});
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (done || res.destroyed) break;
    if (!res.write(value)) await drained(res);
  }
  res.end();
}

/** Waits until more can be written, or nothing any more. */
export function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      res.off("drain", settle);
      res.off("close", settle);
      resolve();
    };
    res.on("drain", settle);
    res.on("close", settle);
  });
}
