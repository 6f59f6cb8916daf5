import type { Asker, SessionAsker, SignedInAsker } from "../../identity/asker.ts";
import type { NeededScope, Scope } from "../../identity/scopes.ts";
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
export type Context = Asker & {
  readonly services: Services;
  readonly now: () => Date;
  /** What is noted while the request is executed. */
  readonly outcome: { textSize: number };
};

export type SessionContext = Context & SessionAsker;

export type SignedInContext = Context & SignedInAsker;

/** The context of whoever has what a field takes of a personal token; of anybody where it says nothing. */
export type ContextOf<S extends NeededScope | undefined> = S extends "session"
  ? SessionContext
  : S extends Scope
    ? SignedInContext
    : Context;
