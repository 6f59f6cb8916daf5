import type { Guard } from "../db/binding.ts";
import type { BoundPool } from "../db/bound-pool.ts";
import { isRefusedByGuard, isTimeUp, refusalFor } from "../db/failures.ts";
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
import { UnconfirmedViewer } from "./unconfirmed-viewer.ts";
import {
  type Claim,
  createGuard,
  getViewer,
  noteFirstUse,
  type SessionClaim,
  type Viewer,
} from "./viewer.ts";

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

/** A request of somebody of whom nothing but the access token is known yet. */
export type Begun = {
  readonly viewer: UnconfirmedViewer;
  /** What each statement of theirs has to have in front of it. */
  readonly guard: Guard;
  /**
   * @returns who it is; null where a statement has not come through, since the session does not hold, or there was none
   * @throws what kept the database from saying whether it does
   */
  confirm(): Promise<Viewer | null>;
};

/** What a request that is begun early asks, and what it is told. */
export type Beginning<Sender extends unknown[] = []> = {
  /** Whether it is to be, where the user is who the token says; asked before anything is made ready for it. */
  mayBegin(userId: string): boolean;
  /** Told as soon as it is known that the session holds, before anybody hears of what was executed. */
  onConfirmed(...sender: Sender): void;
};

export type Authentication = {
  /**
   * Finds out whose credential a request has.
   *
   * @returns null without a credential
   * @throws Refusal UNAUTHENTICATED for one that does not hold, BAD_REQUEST for two that don't go together
   */
  authenticate(exchange: Exchange, cookie: RefreshCookie): Promise<Viewer | null>;
  /**
   * Does so along with the request's own statements, which spares a round trip: none of them is executed unless the
   * session holds.
   *
   * @returns null where it has to be found out first: for personal tokens, which may do less than their owner
   * @throws as `authenticate` does for what can be seen at once
   */
  begin(exchange: Exchange, cookie: RefreshCookie, { mayBegin, onConfirmed }: Beginning): Begun | null;
};

export function createAuthentication(deps: AuthenticationDeps): Authentication {
  const { pool, tokens, refreshTokens, background, now } = deps;
  const { shareOf, prove } = createShareOf();
  const noteSeen = createLastSeen(pool, background);

  function readClaim({ req }: Exchange, cookie: RefreshCookie): Claim | null {
    const { authorization } = req.headers;
    if (authorization === undefined) return null;
    const claim = readCredential(tokens, authorization, now());
    checkAgainst(claim, refreshTokens.read(cookie.peek() ?? ""));
    return claim;
  }

  function note({ notes }: Exchange, viewer: Viewer): void {
    notes.user = viewer.id;
    noteSeen(viewer, now());
  }

  return {
    async authenticate(exchange, cookie) {
      const claim = readClaim(exchange, cookie);
      if (claim === null) return null;
      const share = shareOf(claim, exchange);
      const viewer = await getViewer(pool, claim, now(), share);
      if (viewer === null) throw invalidToken();
      if (share !== undefined) prove(claim);
      if (viewer.isFirstUse) await noteFirstUse(pool, claim);
      note(exchange, viewer);
      return viewer;
    },
    begin(exchange, cookie, { mayBegin, onConfirmed }) {
      const claim = readClaim(exchange, cookie);
      if (claim === null || "tokenId" in claim || !mayBegin(claim.userId)) return null;
      const session: SessionClaim = claim;
      let confirmed: Viewer | null = null;
      const pass = (viewer: Viewer) => {
        const isFirst = confirmed === null;
        // What several statements have read at once is as old as the oldest of it.
        if (confirmed === null || BigInt(viewer.seq) < BigInt(confirmed.seq)) confirmed = viewer;
        if (!isFirst) return;
        note(exchange, viewer);
        onConfirmed();
      };
      const guard = createGuard(session, now(), pass);
      async function confirm(): Promise<Viewer | null> {
        const { failure } = guard;
        // Of several reads at once the later ones may pass, as soon as the session's first use is written down.
        if (isRefusedByGuard(failure)) return null;
        if (confirmed === null && isTimeUp(failure)) {
          // Long was what stood behind it.
          const viewer = await getViewer(pool, session, now());
          if (viewer !== null) pass(viewer);
        } else if (confirmed === null && refusalFor(failure) !== null) {
          throw failure;
        }
        return confirmed;
      }
      return { viewer: new UnconfirmedViewer(session), guard, confirm };
    },
  };
}
