import type { Exchange } from "./exchange.ts";
import { withSecurityHeaders } from "./headers.ts";

/** Of our answers' headers, those that pages of other origins may read besides the few that all may. */
const exposedHeaders = "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, WWW-Authenticate";

/** Seconds that a browser may go by the answer to a preflight; two hours are what Chromium caps it at. */
const preflightLifetime = 7_200;

const preflightAnswer = {
  "Access-Control-Allow-Methods": "GET, POST",
  "Access-Control-Allow-Headers": "Authorization, Content-Type, GraphQL-Require-Preflight",
  "Access-Control-Max-Age": String(preflightLifetime),
  "Cache-Control": "no-store",
};

/**
 * Cross-origin requests (Fetch standard, "CORS protocol"): pages of the origins that are listed may call the API and
 * read its answers, all others nothing. Never with cookies: who comes from elsewhere sends an Authorization header.
 *
 * @param origins as browsers write them; where there are none, no answer has any of these headers
 */
export function createCors(origins: readonly string[]) {
  const listed = new Set(origins);
  return {
    /**
     * Opens the answer to the page that asks, when it is of an origin that is listed.
     * @returns whether it is
     */
    admit({ req, res }: Exchange): boolean {
      if (listed.size === 0) return false;
      // Said to all, lest a cache hands one origin's answer to another.
      res.setHeader("Vary", "Origin");
      const { origin } = req.headers;
      if (origin === undefined || !listed.has(origin)) return false;
      res.setHeader("Access-Control-Allow-Origin", origin);
      res.setHeader("Access-Control-Expose-Headers", exposedHeaders);
      return true;
    },
  };
}

/** Whether the browser asks for the permission to send a request (Fetch standard, "CORS-preflight request"). */
export function isPreflight({ req }: Exchange): boolean {
  return req.method === "OPTIONS" && req.headers["access-control-request-method"] !== undefined;
}

/** Grants what the API takes. */
export function sendPreflight(exchange: Exchange): void {
  exchange.res.writeHead(204, withSecurityHeaders(exchange, preflightAnswer)).end();
}
