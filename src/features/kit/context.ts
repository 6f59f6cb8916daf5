import type { ViewerDb } from "../../db/viewer-db.ts";
import type { RefreshCookie } from "../../identity/cookie.ts";
import type { Viewer } from "../../identity/viewer.ts";
import type { Caller } from "../../rate-limits/caller.ts";
import type { Accounts } from "../accounts/accounts.ts";

/** What a resolver gets to see of the request and of the server. */
export type Context = {
  /** Who asks; null without a credential. A credential that is wrong never gets this far. */
  readonly viewer: Viewer | null;
  readonly caller: Caller;
  /** The viewer's own rows; null with the viewer. */
  readonly db: ViewerDb | null;
  readonly cookie: RefreshCookie;
  /** For what is about accounts themselves. */
  readonly accounts: Accounts;
  readonly now: () => Date;
  /** What is noted while the request is executed. */
  readonly outcome: { textSize: number };
};

/** Of somebody who has logged in, rather than a script with a token of theirs. */
export type SessionContext = SignedInContext & { readonly viewer: Viewer & { readonly sessionId: string } };

export type SignedInContext = Context & { readonly viewer: Viewer; readonly db: ViewerDb };
