import type { RequestLimits } from "./limits.ts";

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
