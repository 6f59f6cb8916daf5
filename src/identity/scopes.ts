import { insufficientScope } from "../errors.ts";

/** What a personal token can be allowed to do. A session may do everything. */
export const scopes = ["tasks:read", "tasks:add", "tasks:write", "account:read"] as const;

export type Scope = (typeof scopes)[number];

export const isScope = (text: string): text is Scope => (scopes as readonly string[]).includes(text);

/**
 * Whether what was granted suffices.
 * @param granted null: everything
 */
export function grants(granted: readonly Scope[] | null, needed: Scope): boolean {
  if (granted === null || granted.includes(needed)) return true;
  return needed === "tasks:add" && granted.includes("tasks:write");
}

/** Of a field of the schema. */
type Extensions = { pothosOptions?: unknown } | undefined;
type AskedScopes = { scope?: string; signedIn?: boolean } | undefined;

/** @returns the scope that a field asks of personal tokens; null where it takes none of them */
export function neededScope(extensions: Extensions): Scope | null {
  const { authScopes } = (extensions?.pothosOptions ?? {}) as { authScopes?: AskedScopes };
  return authScopes?.scope !== undefined && isScope(authScopes.scope) ? authScopes.scope : null;
}

/**
 * Checks what a personal token may do before any of it is done.
 *
 * @param granted what the token may do
 * @param extensions of a field that is asked for
 * @throws Refusal INSUFFICIENT_SCOPE
 */
export function checkScope(granted: readonly Scope[], extensions: Extensions): void {
  const { authScopes } = (extensions?.pothosOptions ?? {}) as { authScopes?: AskedScopes };
  if (authScopes === undefined || authScopes.signedIn === true) return;
  const needed = neededScope(extensions);
  if (needed === null || !grants(granted, needed)) throw insufficientScope(needed);
}
