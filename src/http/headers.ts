import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { requestId } from "./request.ts";

// Styles are inline in Mantine's and Monaco's elements; scripts never are.
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join("; ");

/** On every answer, whatever it is (OWASP ASVS 5.0, 3.4). */
export const securityHeaders = {
  "Content-Security-Policy": contentSecurityPolicy,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
} as const;

// RFC 6797 §7.2: not over plain HTTP.
const tlsHeaders = { ...securityHeaders, "Strict-Transport-Security": "max-age=31536000" };

/** The headers of an answer: its own and those that every answer has. */
export function withSecurityHeaders(req: IncomingMessage, own: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const isTls = (req.socket as Partial<TLSSocket>).encrypted === true;
  return { ...(isTls ? tlsHeaders : securityHeaders), "X-Request-Id": requestId(req), ...own };
}

/** Answers with everything in one write. Node leaves the body out where the method is HEAD. */
export function send(
  res: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): void {
  // Refused already while this was made, for the rest of it came too late.
  if (res.headersSent) return;
  const length = { "Content-Length": Buffer.byteLength(body) };
  res.writeHead(status, withSecurityHeaders(res.req, { ...headers, ...length }));
  res.end(body);
}
