import type { Logger } from "pino";
import type { Guard } from "../db/binding.ts";
import type { ReadLongTexts, ViewerDb } from "../db/viewer-db.ts";
import { notSignedIn } from "../errors.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Limits } from "../rate-limits/limits.ts";
import { type AuthenticationDeps, type Beginning, createAuthentication } from "./authentication.ts";
import { type Caller, callerOf } from "./caller.ts";
import { createRefreshCookies, type RefreshCookie } from "./refresh-cookie.ts";
import { checkScopes, type NeededScope } from "./scopes.ts";
import type { Viewer } from "./viewer.ts";

/** Who sent a request, and from where. */
export type Asker = {
  /** Null without a credential. One that is wrong never gets this far. */
  readonly viewer: Viewer | null;
  /** The viewer's own rows; null with the viewer. */
  readonly db: ViewerDb | null;
  readonly caller: Caller;
  readonly cookie: RefreshCookie;
};

export type SignedInAsker = Asker & { readonly viewer: Viewer; readonly db: ViewerDb };

export const isSignedIn = <Anybody extends Asker>(asker: Anybody): asker is Anybody & SignedInAsker =>
  asker.viewer !== null && asker.db !== null;

/** Somebody who has logged in, rather than a script with a token of theirs. */
export type SessionAsker = SignedInAsker & { readonly viewer: { readonly sessionId: string } };

/** A request whose sender is confirmed along with its first statement: see {@link Authentication.begin}. */
export type BegunAsker = {
  /** Of whom no more is known than what the access token says. */
  readonly asker: SignedInAsker;
  /**
   * Asked when the request's statements are through.
   *
   * @returns the sender; null where it has to be found out first who it is: nothing was executed that changes anything
   * @throws what kept the database from saying who it is
   */
  confirm(): Promise<SignedInAsker | null>;
};

/** Finds out who sent a request: the one way, for every route. */
export type Identity = {
  /**
   * @param readLongTexts how rows with long texts are read; at once when left out
   * @throws Refusal UNAUTHENTICATED for any credential that does not hold, BAD_REQUEST for two that don't go together
   */
  identify(exchange: Exchange, readLongTexts?: ReadLongTexts): Promise<Asker>;
  /**
   * The same for a request that asks for the sender's rows alone.
   *
   * @returns null where that has to be found out first
   * @throws as `identify` does for what can be seen at once
   */
  begin(
    exchange: Exchange,
    beginning: Beginning<[asker: Asker]>,
    readLongTexts?: ReadLongTexts,
  ): BegunAsker | null;
};

export type IdentityDeps = AuthenticationDeps & {
  limits: Limits;
  /** A UUID. */
  installationId: string;
  log: Logger;
  /** Binds the database to a user, whose rows are all that is reached then; only past the guard where there is one. */
  bind(userId: string, readLongTexts?: ReadLongTexts, guard?: Guard): ViewerDb;
};

export function createIdentity(deps: IdentityDeps): Identity {
  const { limits, installationId, refreshTokens, log, now, bind } = deps;
  const isOurs = (token: string) => refreshTokens.read(token) !== null;
  const cookieOf = createRefreshCookies({ installationId, isOurs, now, log });
  const { authenticate, begin } = createAuthentication(deps);
  return {
    async identify(exchange, readLongTexts) {
      const cookie = cookieOf(exchange);
      const viewer = await authenticate(exchange, cookie);
      const db = viewer && bind(viewer.id, readLongTexts);
      return { viewer, db, caller: callerOf(exchange, limits, log), cookie };
    },
    begin(exchange, { mayBegin, onConfirmed }, readLongTexts) {
      const cookie = cookieOf(exchange);
      const begun = begin(exchange, cookie, { mayBegin, onConfirmed: () => onConfirmed(asker) });
      if (begun === null) return null;
      const { viewer, guard, confirm } = begun;
      const asker = {
        viewer,
        db: bind(viewer.id, readLongTexts, guard),
        caller: callerOf(exchange, limits, log),
        cookie,
      };
      return {
        asker,
        async confirm() {
          const known = await confirm();
          return known && { ...asker, viewer: known };
        },
      };
    },
  };
}

/**
 * For routes: what GraphQL asks of its fields.
 * @throws Refusal UNAUTHENTICATED, INSUFFICIENT_SCOPE
 */
export function requireScope(asker: Asker, scope: NeededScope): SignedInAsker {
  if (!isSignedIn(asker)) throw notSignedIn();
  checkScopes(asker.viewer.scopes, [scope]);
  return asker;
}
