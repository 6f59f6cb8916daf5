import type { Logger } from "pino";
import type { BoundPool } from "../db/bound-pool.ts";
import { isDatabaseAway, isTooMuchAtOnce } from "../db/failures.ts";
import type { Share } from "../db/shares.ts";
import { invalidToken, serviceUnavailable, tooMuchAtOnce } from "../errors.ts";
import { type Exchange, noteLimit } from "../http/exchange.ts";
import type { Caller } from "../rate-limits/caller.ts";
import type { Limits } from "../rate-limits/limits.ts";
import type { Background } from "../runtime/background.ts";
import { createBoundedCache } from "../runtime/bounded-cache.ts";
import type { Tokens } from "./access-tokens.ts";
import type { RefreshCookie } from "./cookie.ts";
import { checkAgainst, readCredential } from "./credentials.ts";
import { createLastSeen } from "./last-seen.ts";
import { createRefreshCookies } from "./refresh-cookie.ts";
import type { RefreshTokens } from "./refresh-tokens.ts";
import { type Claim, getViewer, noteFirstUse, type Viewer } from "./viewer.ts";

/** Finds out who sent a request, and from where. */
export type Authentication = {
  cookieOf(exchange: Exchange): RefreshCookie;
  callerOf(exchange: Exchange): Caller;
  /**
   * @returns null without a credential
   * @throws Refusal UNAUTHENTICATED for any credential that does not hold, BAD_REQUEST for two that don't go together
   */
  authenticate(exchange: Exchange, cookie: RefreshCookie): Promise<Viewer | null>;
  /**
   * @throws Refusal SERVICE_UNAVAILABLE where the database could not answer, RATE_LIMITED where the user asks it too
   * much at once, else what was thrown
   */
  refuseWhenAway(exchange: Exchange, error: unknown): never;
};

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
  log: Logger;
  now: () => Date;
};

/** @param installationId a UUID */
export function createAuthentication(
  { pool, tokens, refreshTokens, background, log, now }: AuthenticationDeps,
  limits: Limits,
  installationId: string,
): Authentication {
  const isOurs = (token: string) => refreshTokens.read(token) !== null;
  const { shareOf, prove } = createShareOf();
  const noteSeen = createLastSeen(pool, background);

  function refuseWhenAway({ id }: Exchange, error: unknown): never {
    if (isTooMuchAtOnce(error)) throw tooMuchAtOnce();
    if (!isDatabaseAway(error)) throw error;
    log.warn({ id, err: error }, "the database could not answer");
    throw serviceUnavailable();
  }

  return {
    cookieOf: createRefreshCookies({ installationId, isOurs, now, log }),
    callerOf(exchange) {
      const { req, id, address, network, notes } = exchange;
      const watched = limits.watchedBy((count, isAllowed) => {
        noteLimit(exchange, count);
        if (isAllowed) return;
        const line = { id, policy: count.policy, user: notes.user, address };
        log.warn(line, "a rate limit was reached");
      });
      const userAgent = req.headers["user-agent"] ?? null;
      const isGone = () => req.socket.destroyed;
      return { requestId: id, address, network, isGone, userAgent, limits: watched };
    },
    async authenticate(exchange, cookie) {
      const { authorization } = exchange.req.headers;
      if (authorization === undefined) return null;
      const claim = readCredential(tokens, authorization, now());
      checkAgainst(claim, refreshTokens.read(cookie.peek() ?? ""));
      const share = shareOf(claim, exchange);
      const viewer = await getViewer(pool, claim, now(), share).catch((error) =>
        refuseWhenAway(exchange, error),
      );
      if (viewer === null) throw invalidToken();
      if (share !== undefined) prove(claim);
      if (viewer.isFirstUse)
        await noteFirstUse(pool, claim).catch((error) => refuseWhenAway(exchange, error));
      exchange.notes.user = viewer.id;
      noteSeen(viewer, now());
      return viewer;
    },
    refuseWhenAway,
  };
}
