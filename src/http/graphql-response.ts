import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { send, withSecurityHeaders } from "./headers.ts";
import { HttpRefusal } from "./refusal.ts";

const json = /^application\/(?:graphql-response\+)?json\b/;
const stream = /^(?:text\/event-stream|multipart\/mixed)\b/;

/**
 * Sends what the GraphQL handler answered.
 * @throws HttpRefusal instead of a 4xx that is not JSON
 * @throws Error instead of anything else that is neither JSON nor a stream of results: it may be a stack trace
 */
export async function sendFetchResponse(res: ServerResponse, response: Response): Promise<void> {
  const type = response.headers.get("content-type") ?? "";
  if (json.test(type)) {
    const headers = headersOf(response);
    const body = await response.text();
    if (!res.destroyed) send(res, response.status, headers, body);
  } else if (stream.test(type) && response.body !== null) {
    res.writeHead(response.status, withSecurityHeaders(res.req, headersOf(response)));
    await sendStream(res, response.body);
  } else if (response.status === 406) {
    throw new HttpRefusal(
      406,
      "BAD_REQUEST",
      "The answer is application/json or application/graphql-response+json.",
    );
  } else {
    throw new Error(`the GraphQL handler answered ${response.status} as ${type || "nothing"}`);
  }
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
function drained(res: ServerResponse): Promise<void> {
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
