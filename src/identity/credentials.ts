import { twoCredentials } from "../errors.ts";
import type { Tokens } from "./access-tokens.ts";
import { readSecret } from "./personal-secrets.ts";
import type { RefreshToken } from "./refresh-tokens.ts";
import type { Claim } from "./viewer.ts";

/**
 * Reads an Authorization header: an access token or a personal one (RFC 6750 §2.1).
 *
 * @throws Refusal UNAUTHENTICATED for anything but what was issued here and has not expired
 */
export function readCredential(tokens: Tokens, authorization: string, now: Date): Claim {
  const [, secret] = /^bearer (ownlist_pat_[\w-]{1,200})$/i.exec(authorization) ?? [];
  const claim = secret === undefined ? null : readSecret(secret);
  return claim ?? tokens.verify(authorization, now);
}

/** @throws Refusal BAD_REQUEST where a refresh token was sent along that is not of the same session, or user */
export function checkAgainst(claim: Claim, refreshToken: RefreshToken | null): void {
  if (refreshToken === null) return;
  const isSame =
    "sessionId" in claim ? claim.sessionId === refreshToken.sessionId : claim.userId === refreshToken.userId;
  if (!isSame) throw twoCredentials();
}
