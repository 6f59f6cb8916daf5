import type { Operation, OperationContext } from "urql";

/** How an operation is sent, where that isn't as usual. */
export type Delivery = {
  /** With the session's cookie, which it reads or sets; all others go without it, and by their token alone. */
  withCookie?: boolean;
  /** Operations of one lane go one by one, in the order in which they were made. */
  lane?: "new tasks";
  /** Milliseconds after which the server won't answer any more. */
  patience?: number;
};

/** The context, for a client or a hook, of an operation that is sent so. */
export function sent(delivery: Delivery): Partial<OperationContext> {
  return { delivery };
}

/** How an operation is to be sent. */
export function deliveryOf({ context }: Operation): Delivery {
  return context.delivery ?? {};
}

export const withCookie = sent({ withCookie: true });
