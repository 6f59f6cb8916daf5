import type { BoundPool } from "../db/bound-pool.ts";
import type { Share } from "../db/shares.ts";
import { invalidToken } from "../errors.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Background } from "../runtime/background.ts";
import { createBoundedCache } from "../runtime/bounded-cache.ts";
import type { Tokens } from "./access-tokens.ts";
import { checkAgainst, readCredential } from "./credentials.ts";
import { createLastSeen } from "./last-seen.ts";
import type { RefreshCookie } from "./refresh-cookie.ts";
import type { RefreshTokens } from "./refresh-tokens.ts";
import { type Claim, getViewer, noteFirstUse, type Viewer } from "./viewer.ts";

/** Personal tokens that are remembered to have been right. */
const rememberedTokens = 10_000;

/** Who has shown to be the user that a claim names, so that looking the user up takes from that user's share. */
function createShareOf() {
  const proven = createBoundedCache<true>(rememberedTokens, () => 1);
  const nameOf = (claim: Claim) => ("tokenId" in claim ? claim.hash.toString("base64url") : null);
  return {
    /** @returns the sender's share for a personal token that was never right yet: anybody can write one of any user */
    shareOf(claim: Claim, { network }: Exchange): Share | undefined {
      const name = nameOf(claim);
      if (name === null || proven.get(name)) return undefined;
      return { key: `network ${network}` };
    },
    prove(claim: Claim): void {
      const name = nameOf(claim);
      if (name !== null) proven.set(name, true);
    },
  };
}

export type AuthenticationDeps = {
  pool: BoundPool;
  tokens: Tokens;
  refreshTokens: RefreshTokens;
  background: Background;
  now: () => Date;
};

/**
 * Makes what finds out whose credential a request has.
 *
 * @returns a function that answers null without a credential, and throws Refusal UNAUTHENTICATED for one that does not
 * hold, BAD_REQUEST for two that don't go together
 */
export function createAuthentication({ pool, tokens, refreshTokens, background, now }: AuthenticationDeps) {
  const { shareOf, prove } = createShareOf();
  const noteSeen = createLastSeen(pool, background);

  return async (exchange: Exchange, cookie: RefreshCookie): Promise<Viewer | null> => {
    const { authorization } = exchange.req.headers;
    if (authorization === undefined) return null;
    const claim = readCredential(tokens, authorization, now());
    checkAgainst(claim, refreshTokens.read(cookie.peek() ?? ""));
    const share = shareOf(claim, exchange);
    const viewer = await getViewer(pool, claim, now(), share);
    if (viewer === null) throw invalidToken();
    if (share !== undefined) prove(claim);
    if (viewer.isFirstUse) await noteFirstUse(pool, claim);
    exchange.notes.user = viewer.id;
    noteSeen(viewer, now());
    return viewer;
  };
}
