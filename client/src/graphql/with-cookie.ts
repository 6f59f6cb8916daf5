import type { OperationContext } from "urql";

/** For the operations that set the session's cookie; all others go without it, and by their token alone. */
export const withCookie: Partial<OperationContext> = { fetchOptions: { credentials: "same-origin" } };
