import type { Logger } from "pino";
import type { BoundPool } from "../../db/bound-pool.ts";
import type { Db } from "../../db/prisma.ts";
import type { Tokens } from "../../identity/access-tokens.ts";
import type { RefreshTokens } from "../../identity/refresh-tokens.ts";
import type { Mailer } from "../../mail/mailer.ts";
import type { Background } from "../../runtime/background.ts";
import type { Invites } from "./invites.ts";
import type { Passwords } from "./passwords.ts";

/** Who may make an account: anybody, nobody, or who has an invitation. */
export type SignupPolicy = "open" | "closed" | "invite";

/** What accounts need; the only services that work on rows before anybody is known. */
export type Accounts = {
  readonly db: Db;
  readonly pool: BoundPool;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly refreshTokens: RefreshTokens;
  /** Seconds that a session goes on without being refreshed. */
  readonly refreshIdle: number;
  /** Seconds that a session lasts, however often it is refreshed. */
  readonly sessionMax: number;
  /** In code points. */
  readonly minPasswordLength: number;
  readonly signupPolicy: SignupPolicy;
  readonly invites: Invites;
  /** Null where no mail is sent. */
  readonly mailer: Mailer | null;
  readonly background: Background;
  readonly log: Logger;
  readonly now: () => Date;
};
