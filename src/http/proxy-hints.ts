import type { Logger } from "pino";
import { peerOf } from "./client-address.ts";
import type { Exchange, Handler } from "./exchange.ts";

/** Others than X-Forwarded-For that name a sender: RFC 7239's, and a habit of nginx's. They are not read. */
const unreadHeaders = ["forwarded", "x-real-ip"];

const proxyHeaders = [
  ...unreadHeaders,
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-forwarded-port",
];

/**
 * Tells the operator, once for each, of what proxies say in vain: else it shows as trouble of people, all of whom count
 * as one. Nothing of what the headers hold is told, for anybody can send them.
 */
export function withProxyHints(handler: Handler, log: Logger): Handler {
  const told = { unnamed: false, unread: false };

  function look({ req, isProxied }: Exchange): void {
    if (!proxyHeaders.some((name) => req.headers[name] !== undefined)) return;
    const peer = peerOf(req.socket);
    if (!isProxied) {
      if (told.unnamed) return;
      told.unnamed = true;
      const words = `what ${peer} says of others' addresses is not believed, and they all count as one for the limits: if it is your proxy, set TRUST_PROXY=${peer}`;
      log.warn({ peer }, words);
    } else if (
      req.headers["x-forwarded-for"] === undefined &&
      unreadHeaders.some((name) => req.headers[name])
    ) {
      if (told.unread) return;
      told.unread = true;
      const words = `the proxy at ${peer} names addresses in Forwarded or X-Real-IP alone, which are not read, and they all count as one for the limits: have it send X-Forwarded-For`;
      log.warn({ peer }, words);
    }
  }

  return (exchange) => {
    if (!(told.unnamed && told.unread)) look(exchange);
    handler(exchange);
  };
}
