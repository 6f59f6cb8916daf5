import type { Logger } from "pino";
import { type Exchange, noteLimit } from "../http/exchange.ts";
import type { Limits, RequestLimits } from "../rate-limits/limits.ts";

/** Where a request comes from, whoever it says it is. */
export type Caller = {
  /** As in the request's answer and log line. */
  readonly requestId: string;
  /** An IP address. */
  readonly address: string;
  /** What limits count the address as: it, or its /64 where it is one of IPv6. */
  readonly network: string;
  /** The header of that name, as it came; null without one. */
  readonly userAgent: string | null;
  /** Whether nobody is there any more to take the answer. */
  readonly isGone: () => boolean;
  readonly limits: RequestLimits;
};

/** @returns where a request comes from, with the limits that it counts against, which its answer and the log tell of */
export function callerOf(exchange: Exchange, limits: Limits, log: Logger): Caller {
  const { req, id, address, network, notes } = exchange;
  const watched = limits.watchedBy((count, isAllowed) => {
    noteLimit(exchange, count);
    if (!isAllowed)
      log.warn({ id, policy: count.policy, user: notes.user, address }, "a rate limit was reached");
  });
  const userAgent = req.headers["user-agent"] ?? null;
  return { requestId: id, address, network, userAgent, isGone: () => req.socket.destroyed, limits: watched };
}
