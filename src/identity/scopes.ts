import { insufficientScope } from "../errors.ts";

/** What a personal token can be allowed to do. A session may do everything. */
export const scopes = ["tasks:read", "tasks:add", "tasks:write", "account:read"] as const;

export type Scope = (typeof scopes)[number];

/** What is asked of a personal token: a scope, or to be a session's credential, which no such token is. */
export type NeededScope = Scope | "session";

const grants = (granted: readonly Scope[], needed: NeededScope) =>
  granted.some((scope) => scope === needed || (scope === "tasks:write" && needed === "tasks:add"));

/**
 * Checks what a credential may do before any of it is done: the one place where that is decided.
 *
 * @param granted null: everything
 * @throws Refusal INSUFFICIENT_SCOPE for the first that is lacking
 */
export function checkScopes(granted: readonly Scope[] | null, needed: readonly NeededScope[]): void {
  const lacking = granted && needed.find((scope) => !grants(granted, scope));
  if (lacking) throw insufficientScope(lacking);
}
