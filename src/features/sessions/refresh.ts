import type { QueryResultRow } from "pg";
import type { Logger } from "pino";
import { asUser } from "../../db/binding.ts";
import type { BoundPool } from "../../db/bound-pool.ts";
import { invalidRefreshToken, refreshReused } from "../../errors.ts";
import type { Caller } from "../../identity/caller.ts";
import type { RefreshToken, RefreshTokens } from "../../identity/refresh-tokens.ts";
import { type Account, accountText } from "../../identity/viewer.ts";

import { refreshGraceSeconds } from "../../rules/limits.ts";
import { tell } from "../accounts/account-log.ts";
import type { AccountStore } from "../accounts/account-store.ts";
import type { SessionIssuer, SignedIn } from "../accounts/session-issuer.ts";
import { clientOf, recordEvent } from "../security-log/service.ts";

export type RefreshDeps = {
  readonly pool: BoundPool;
  readonly store: Pick<AccountStore, "bind">;
  readonly refreshTokens: RefreshTokens;
  readonly sessions: SessionIssuer;
  readonly log: Logger;
  readonly now: () => Date;
};

/** In milliseconds, for tabs that have woken at the same time. */
const grace = refreshGraceSeconds * 1000;

/** What is known of a session, and whose it is. */
type SessionRow = Account & {
  hash: Buffer | null;
  spentHash: Buffer | null;
  generation: number;
  refreshedAt: Date | null;
  isUsed: boolean;
  sessionCreatedAt: Date;
  expiresAt: Date;
};

const findText = `SELECT ${accountText}, sessions.refresh_hash AS hash, sessions.refresh_spent_hash AS "spentHash",
    sessions.refresh_generation AS generation, sessions.refreshed_at AS "refreshedAt",
    sessions.refresh_used AS "isUsed",
    sessions.created_at AS "sessionCreatedAt", sessions.expires_at AS "expiresAt"
  FROM public.sessions JOIN public.users ON users.id = sessions.user_id
  WHERE sessions.user_id = $1 AND sessions.id = $2 AND sessions.expires_at > $3 AND users.disabled_at IS NULL`;

/** Replaces a token that is still the session's; of several requests at once one does. */
const rotateText = `UPDATE public.sessions
  SET refresh_hash = $4, refresh_spent_hash = refresh_hash, refresh_generation = refresh_generation + 1,
    refreshed_at = $5, refresh_used = false, last_seen_at = $5, expires_at = $6, address = $7, user_agent = $8
  WHERE user_id = $1 AND id = $2 AND refresh_hash = $3`;

async function query<Row extends QueryResultRow>(
  { pool }: RefreshDeps,
  { userId }: RefreshToken,
  text: string,
  values: unknown[],
) {
  return pool.query<Row>(asUser(userId), { text, values });
}

async function findSession(deps: RefreshDeps, token: RefreshToken): Promise<SessionRow | null> {
  const values = [token.userId, token.sessionId, deps.now()];
  return (await query<SessionRow>(deps, token, findText, values)).rows[0] ?? null;
}

/**
 * Goes on with a session: a new access token, and a new refresh token in place of the one that was sent. A token
 * that was replaced gets the same successor again, until that or an access token made along with it is used, and for ten
 * seconds in any case.
 *
 * @param text the refresh token; null where there is none
 * @throws Refusal UNAUTHENTICATED; REFRESH_REUSED for a token that was replaced before, whose session ends with that
 */
async function refresh(deps: RefreshDeps, caller: Caller, text: string | null): Promise<SignedIn> {
  const token = deps.refreshTokens.read(text ?? "");
  if (token === null) {
    await caller.limits.attempt("refresh-by-address", caller.network);
    throw invalidRefreshToken();
  }
  await caller.limits.attempt("refresh-by-session", token.sessionId);
  const session = await findSession(deps, token);
  if (session === null) throw invalidRefreshToken();
  return (
    (await rotate(deps, caller, token, session)) ??
    (await repeat(deps, token)) ??
    (await endReused(deps, caller, token))
  );
}

/** @returns null where the token is not the session's any more */
async function rotate(
  deps: RefreshDeps,
  caller: Caller,
  token: RefreshToken,
  session: SessionRow,
): Promise<SignedIn | null> {
  if (session.hash === null || !token.hash.equals(session.hash)) return null;
  const now = deps.now();
  const [next] = deps.refreshTokens.successors(token);
  const expiresAt = deps.sessions.endOf({ createdAt: session.sessionCreatedAt, now });
  const { address, userAgent } = clientOf(caller);
  const values = [token.userId, token.sessionId, token.hash, next.hash, now, expiresAt, address, userAgent];
  const { rowCount } = await query(deps, token, rotateText, values);
  if (rowCount === 0) return null;
  return deps.sessions.signedIn(session, { refreshToken: next, expiresAt, now });
}

/** @returns what replaced the token, where that may not have arrived, or was just now; else null */
async function repeat(deps: RefreshDeps, token: RefreshToken): Promise<SignedIn | null> {
  // Anew: another request may have replaced it meanwhile.
  const session = await findSession(deps, token);
  if (session === null) throw invalidRefreshToken();
  const { hash, spentHash, refreshedAt, isUsed, expiresAt } = session;
  if (spentHash === null || !token.hash.equals(spentHash)) return null;
  const now = deps.now();
  // On either side: a clock that was put back does not make it recent for longer.
  const isRecent = refreshedAt !== null && Math.abs(now.getTime() - refreshedAt.getTime()) <= grace;
  if (isUsed && !isRecent) return null;
  const next = deps.refreshTokens.successors(token).find((successor) => hash?.equals(successor.hash));
  return next ? deps.sessions.signedIn(session, { refreshToken: next, expiresAt, now }) : null;
}

/** Two have the token, and one of them should not: the session ends for both. */
async function endReused(deps: RefreshDeps, caller: Caller, token: RefreshToken): Promise<never> {
  const { userId, sessionId } = token;
  await deps.store.bind(userId).transaction(async (tables) => {
    await tables.session.deleteMany({ where: { id: sessionId } });
    await recordEvent(tables, "REFRESH_REUSED", deps.now(), caller);
  });
  tell(deps, caller, { event: "refresh token reused", user: userId, session: sessionId });
  throw refreshReused();
}

/**
 * Ends the session of a refresh token; one that is not valid, or no longer, has none to end.
 *
 * @param text null where there is none
 */
async function endSessionOf(deps: RefreshDeps, caller: Caller, text: string | null): Promise<void> {
  const token = deps.refreshTokens.read(text ?? "");
  if (token === null) return;
  await endSession(deps, caller, token);
}

/** Logs out: no token of the session works from the next request on. */
async function endSession(
  deps: RefreshDeps,
  caller: Caller,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<void> {
  const ended = await deps.store.bind(userId).transaction(async (tables) => {
    const { count } = await tables.session.deleteMany({ where: { id: sessionId } });
    if (count > 0) await recordEvent(tables, "SIGNED_OUT", deps.now(), caller);
    return count > 0;
  });
  if (ended) tell(deps, caller, { event: "logged out", user: userId, session: sessionId });
}

/** Going on with a session, and ending it. */
export function createRefresh(deps: RefreshDeps) {
  return {
    refresh: (caller: Caller, text: string | null) => refresh(deps, caller, text),
    endSession: (caller: Caller, session: { userId: string; sessionId: string }) =>
      endSession(deps, caller, session),
    endSessionOf: (caller: Caller, text: string | null) => endSessionOf(deps, caller, text),
  };
}
