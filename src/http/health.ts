import type { Exchange } from "./exchange.ts";
import { send } from "./headers.ts";

const jsonHeaders = { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" };

/** Answers that the process runs. */
export function sendLive(exchange: Exchange): void {
  send(exchange, 200, jsonHeaders, '{"status":"live"}');
}

/**
 * Makes what answers whether requests can be served: 200 or 503, nothing more.
 * @param isReady asked once at a time, however many want to know; a failure counts as no
 * @param limitMs after which no answer counts as no
 */
export function createReadiness(isReady: () => Promise<boolean>, limitMs: number) {
  let pending: Promise<boolean> | null = null;
  return async (exchange: Exchange): Promise<void> => {
    pending ??= withTimeout(limitMs, isReady).finally(() => {
      pending = null;
    });
    if (await pending) send(exchange, 200, jsonHeaders, '{"status":"ready"}');
    else send(exchange, 503, { ...jsonHeaders, "Retry-After": "1" }, '{"status":"unavailable"}');
  };
}

function withTimeout(limitMs: number, ask: () => Promise<boolean>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs, false);
    const settle = (answer: boolean) => {
      clearTimeout(timer);
      resolve(answer);
    };
    Promise.try(ask).then(settle, () => settle(false));
  });
}
