import type { Accounts } from "./auth/service.ts";
import type { Viewer } from "./auth/sessions.ts";
import type { ViewerDb } from "./db/viewer.ts";

/** What a resolver gets to see of the request and of the server. */
export type Context = {
  /** Who asks; null without a credential. A credential that is wrong never gets this far. */
  readonly viewer: Viewer | null;
  /** The viewer's own rows; null with the viewer. */
  readonly db: ViewerDb | null;
  /** For `signup` and `login` alone. */
  readonly accounts: Accounts;
  readonly now: () => Date;
};

export type SignedInContext = Context & { readonly viewer: Viewer; readonly db: ViewerDb };
