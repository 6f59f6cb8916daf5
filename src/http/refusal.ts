import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { type ErrorCode, errorStatus, Refusal } from "../errors.ts";
import { MAX_BODY_BYTES } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import { send, withSecurityHeaders } from "./headers.ts";
import { chooseMediaType, contentTypeOf } from "./media-type.ts";

type RefusalAnswer = {
  /** HTTP; the code's own when left out. */
  status?: number;
  code: ErrorCode;
  message: string;
  headers?: OutgoingHttpHeaders;
};

const lingerMs = 1_000;
const lingerBytes = 1_000_000;

/** A refusal whose HTTP status is not the one that its code usually goes out under: 404, 405, 406, 408, 431. */
export class HttpRefusal extends Refusal {
  readonly status: number;

  constructor(status: number, code: ErrorCode, message: string, headers: Record<string, string> = {}) {
    super(code, message, headers);
    this.status = status;
  }
}

/** @param methods those that would do, for the header Allow (RFC 9110 §10.2.1) */
export const methodNotAllowed = (methods: readonly string[]) =>
  new HttpRefusal(405, "BAD_REQUEST", `This address takes ${methods.join(" and ")}.`, {
    Allow: methods.join(", "),
  });

/** Answers with a GraphQL error (GraphQL over HTTP, "Response"), without `data`. */
function refuse(exchange: Exchange, answer: RefusalAnswer): void {
  const { req, id } = exchange;
  const { code, message, status = errorStatus[code] } = answer;
  const extensions = { code, ...(status >= 500 && { requestId: id }) };
  const body = JSON.stringify({ errors: [{ message, extensions }] });
  // To who takes neither type it says more than nothing would (RFC 9110 §15.5.7).
  const type = contentTypeOf(chooseMediaType(req.headers.accept) ?? "application/json");
  const headers = { "Content-Type": type, "Cache-Control": "no-store", ...answer.headers };
  if (hasLongBody(req)) sendAndDiscard(exchange, status, headers, body);
  else send(exchange, status, headers, body);
}

/** Answers with a refusal; null: with a bug, which is nobody's business. */
export function refuseError(exchange: Exchange, error: Refusal | null): void {
  if (error !== null) {
    const status = error instanceof HttpRefusal ? error.status : errorStatus[error.code];
    refuse(exchange, { status, code: error.code, message: error.message, headers: error.headers });
  } else {
    refuse(exchange, { code: "INTERNAL_SERVER_ERROR", message: "Unexpected error." });
  }
}

// Node reads what is left of a body after the answer, so that the connection can be used again. Fine for what
// is known to be short.
function hasLongBody({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false;
  return (
    headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > MAX_BODY_BYTES
  );
}

/**
 * Answers at once and closes the connection when the sender has had the time to read the answer: closing on
 * bytes that are still arriving resets it, and the answer is lost (RFC 9112 §9.6).
 */
function sendAndDiscard(
  exchange: Exchange,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string,
): void {
  const { req, res } = exchange;
  const closing = { Connection: "close", "Content-Length": Buffer.byteLength(body) };
  res.writeHead(status, withSecurityHeaders(exchange, { ...headers, ...closing }));
  res.write(body);
  exchange.isAnswered = true;
  let discarded = 0;
  const end = () => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(end, lingerMs);
  res.on("close", () => clearTimeout(timer));
  req.on("end", end);
  req.on("data", (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > lingerBytes) end();
  });
  req.resume();
}
