import type { OutgoingHttpHeaders } from "node:http";
import type { Exchange, LimitCount } from "./exchange.ts";
import { speaksForHost } from "./own-address.ts";
import { endWith } from "./stream.ts";

/** @param styles what may be used as a style, in the words of a content security policy */
function policyWith(styles: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src ${styles}`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join("; ");
}

/** Of a page whose scripts write styles that carry a nonce, made anew for each answer (CSP Level 3 §2.3.1). */
export const nonceHeaders = (nonce: string) => ({
  "Content-Security-Policy": policyWith(`'self' 'nonce-${nonce}'`),
});

// GraphiQL's editor, Monaco, writes its lines as HTML with style attributes, which no nonce or hash can allow.
export const graphiqlHeaders = { "Content-Security-Policy": policyWith("'self' 'unsafe-inline'") };

/** On every answer, whatever it is (OWASP ASVS 5.0, 3.4). */
export const securityHeaders = {
  "Content-Security-Policy": policyWith("'self'"),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
} as const;

// RFC 6797 §7.2: not over plain HTTP. Browsers keep it for all ports of the host (§8.2).
const tlsHeaders = { ...securityHeaders, "Strict-Transport-Security": "max-age=31536000" };

/** The headers of an answer: its own and those that every answer has. */
export function withSecurityHeaders(exchange: Exchange, own: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const always = speaksForHost(exchange) ? tlsHeaders : securityHeaders;
  return { ...always, "X-Request-Id": exchange.id, ...rateLimitHeaders(exchange.limit), ...own };
}

/** Tells of the closest limit (draft-ietf-httpapi-ratelimit-headers-10); nothing where none counted. */
function rateLimitHeaders(limit: LimitCount | null): Record<string, string> | undefined {
  if (limit === null) return undefined;
  const { policy, points, seconds, remaining, ms } = limit;
  return {
    "RateLimit-Policy": `"${policy}";q=${points};w=${seconds}`,
    RateLimit: `"${policy}";r=${remaining};t=${Math.ceil(ms / 1000)}`,
  };
}

export type SharedBody = { readonly shared: Buffer };

/**
 * Answers with everything in one write. Node leaves the body out where the method is HEAD.
 * @param body a text of this answer's own, or what is in memory anyway, for all that are sent it
 */
export function send(
  exchange: Exchange,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | SharedBody,
): void {
  const { res } = exchange;
  // Refused already while this was made, for the rest of it came too late.
  if (res.headersSent) return;
  const isShared = typeof body !== "string";
  const bytes = isShared ? body.shared : body;
  const length = { "Content-Length": Buffer.byteLength(bytes) };
  res.writeHead(status, withSecurityHeaders(exchange, { ...headers, ...length }));
  endWith(exchange, bytes, isShared);
}
