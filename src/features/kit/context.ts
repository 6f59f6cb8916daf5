import type { ViewerDb } from "../../db/viewer-db.ts";
import type { RefreshCookie } from "../../identity/cookie.ts";
import type { Viewer } from "../../identity/viewer.ts";
import type { Caller } from "../../rate-limits/caller.ts";
import type { createAccounts } from "../accounts/service.ts";
import type { createEmail } from "../email/service.ts";
import type { createPasswordReset } from "../password-reset/service.ts";
import type { createProfile } from "../profile/service.ts";
import type { createRefresh } from "../sessions/refresh.ts";

/** What takes more than the viewer's own rows: each has what it needs already. */
export type Services = {
  readonly accounts: ReturnType<typeof createAccounts>;
  readonly sessions: ReturnType<typeof createRefresh>;
  readonly email: ReturnType<typeof createEmail>;
  readonly passwordReset: ReturnType<typeof createPasswordReset>;
  readonly profile: ReturnType<typeof createProfile>;
};

/** What a resolver gets to see of the request and of the server. */
export type Context = {
  /** Who asks; null without a credential. A credential that is wrong never gets this far. */
  readonly viewer: Viewer | null;
  readonly caller: Caller;
  /** The viewer's own rows; null with the viewer. */
  readonly db: ViewerDb | null;
  readonly cookie: RefreshCookie;
  readonly services: Services;
  readonly now: () => Date;
  /** What is noted while the request is executed. */
  readonly outcome: { textSize: number };
};

/** Of somebody who has logged in, rather than a script with a token of theirs. */
export type SessionContext = SignedInContext & { readonly viewer: Viewer & { readonly sessionId: string } };

export type SignedInContext = Context & { readonly viewer: Viewer; readonly db: ViewerDb };
