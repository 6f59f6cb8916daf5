import type { Tokens } from "../../identity/access-tokens.ts";
import type { Caller } from "../../identity/caller.ts";
import type { RefreshToken, RefreshTokens } from "../../identity/refresh-tokens.ts";
import type { Account } from "../../identity/viewer.ts";
import { newId } from "../../schema/ids.ts";
import { clientOf } from "../security-log/service.ts";

/** Somebody let in: a session's first tokens, or its next. */
export type SignedIn = {
  accessToken: string;
  expiresAt: Date;
  refreshToken: RefreshToken;
  /** When the session ends unless it is refreshed. */
  sessionExpiresAt: Date;
  user: Account;
};

export type SessionIssuerDeps = {
  tokens: Tokens;
  refreshTokens: RefreshTokens;
  /** Seconds that a session goes on without being refreshed. */
  refreshIdle: number;
  /** Seconds that a session lasts, however often it is refreshed. */
  sessionMax: number;
};

/** Makes what lets somebody in. */
export function createSessionIssuer({ tokens, refreshTokens, refreshIdle, sessionMax }: SessionIssuerDeps) {
  /** When a session ends that is used now. */
  function endOf({ createdAt, now }: { createdAt: Date; now: Date }): Date {
    const idleEnd = now.getTime() + Math.max(refreshIdle, tokens.lifetime) * 1000;
    return new Date(Math.min(idleEnd, createdAt.getTime() + sessionMax * 1000));
  }

  return {
    endOf,
    /** A session's row and its first refresh token. */
    begin(userId: string, createdAt: Date, caller: Caller) {
      const id = newId();
      const refreshToken = refreshTokens.issue({ userId, sessionId: id });
      const expiresAt = endOf({ createdAt, now: createdAt });
      const client = { ...clientOf(caller), lastSeenAt: createdAt };
      const row = { id, createdAt, expiresAt, ...client, refreshHash: new Uint8Array(refreshToken.hash) };
      return { row, refreshToken };
    },
    /** Makes an access token of a session, which ends with it at the latest. */
    signedIn(user: Account, session: { refreshToken: RefreshToken; expiresAt: Date; now: Date }): SignedIn {
      const { refreshToken, expiresAt: sessionExpiresAt, now: issuedAt } = session;
      const { sessionId, generation } = refreshToken;
      const left = Math.max(1, Math.floor((sessionExpiresAt.getTime() - issuedAt.getTime()) / 1000));
      const lifetime = Math.min(tokens.lifetime, left);
      const { id: userId, email } = user;
      const accessToken = tokens.issue({ userId, email, sessionId, generation, issuedAt, lifetime });
      const expiresAt = new Date((Math.floor(issuedAt.getTime() / 1000) + lifetime) * 1000);
      return { accessToken, expiresAt, refreshToken, sessionExpiresAt, user };
    },
  };
}

export type SessionIssuer = ReturnType<typeof createSessionIssuer>;
