import type { Logger } from "pino";
import type { Exchange } from "./exchange.ts";

/** Refusals that tell of somebody who tries what is not theirs; where they come from is logged (OWASP ASVS 5.0, 16.3). */
const suspicious = new Set([401, 403, 429]);

/** Writes one line a request to the log, when it is answered or its client has gone. */
export function logRequest(exchange: Exchange, log: Logger): void {
  const { req, res, id, address, notes } = exchange;
  const startedAt = performance.now();
  // Read now: what handles the request may rewrite it.
  const method = req.method;
  const path = pathOf(req.url ?? "");
  res.on("close", () => {
    const aborted = !(exchange.isAnswered || res.writableFinished);
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    const status = res.statusCode;
    const more = { ...notes, ...(suspicious.has(status) && { address }), ...(aborted && { aborted }) };
    const line = { id, method, path, status, ms, ...more };
    if (status >= 500) log.warn(line, "request");
    else log.info(line, "request");
  });
}

// Without the query, nor the authority of an absolute target: they may hold what is not for the log.
function pathOf(target: string): string {
  if (!target.startsWith("/")) return "-";
  const end = target.search(/[?#]/);
  return (end === -1 ? target : target.slice(0, end)).slice(0, 200);
}
