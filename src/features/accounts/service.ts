import type { Logger } from "pino";
import { isUniqueViolation } from "../../db/failures.ts";
import {
  EmailTakenError,
  InvalidCodeError,
  InvalidCredentialsError,
  NotAvailableError,
  Problems,
  Refusal,
} from "../../errors.ts";
import type { Caller } from "../../identity/caller.ts";
import { accountOf } from "../../identity/viewer.ts";
import type { Mailer } from "../../mail/mailer.ts";
import { unstorable } from "../../rules/text.ts";
import type { Background } from "../../runtime/background.ts";
import { newId } from "../../schema/ids.ts";
import { verifyNewAddress } from "../email/verification.ts";
import { clientOf, type EventKind, recordEvent } from "../security-log/service.ts";
import { endSpareSessions } from "../sessions/service.ts";
import { tell } from "./account-log.ts";
import type { AccountStore } from "./account-store.ts";
import { readEmail } from "./email-address.ts";
import type { Invites } from "./invites.ts";
import { readName } from "./name.ts";
import { comparePassword, countPasswordAttempt } from "./password-attempt.ts";
import { normalisePassword } from "./password-rules.ts";
import type { Passwords } from "./passwords.ts";
import type { SessionIssuer, SignedIn } from "./session-issuer.ts";

/** Who may make an account: anybody, nobody, or who has an invitation. */
export type SignupPolicy = "open" | "closed" | "invite";

export type AccountDeps = {
  readonly store: AccountStore;
  readonly passwords: Passwords;
  readonly sessions: SessionIssuer;
  readonly invites: Invites;
  readonly signupPolicy: SignupPolicy;
  /** Null where no mail is sent. */
  readonly mailer: Mailer | null;
  readonly background: Background;
  readonly log: Logger;
  readonly now: () => Date;
};

/**
 * Who may sign up.
 * @returns the id of the invitation that was used; null where none is needed
 * @throws NotAvailableError, InvalidCodeError
 */
function readInvite(
  { signupPolicy, invites, now }: Pick<AccountDeps, "signupPolicy" | "invites" | "now">,
  code: string | null | undefined,
): string | null {
  if (signupPolicy === "closed") throw new NotAvailableError("This server takes no new accounts.");
  if (signupPolicy === "open") return null;
  const inviteId = invites.read(code ?? "", now());
  if (inviteId === null) throw new InvalidCodeError();
  return inviteId;
}

/**
 * Looks whether an address is free. That it is not tells that somebody has an account, so it is said a few times only.
 *
 * @throws EmailTakenError, Refusal RATE_LIMITED
 */
async function requireFree(
  store: Pick<AccountStore, "find">,
  { limits, network }: Caller,
  emailKey: string,
): Promise<void> {
  const attempt = await limits.attempt("email-taken-by-address", network);
  if (await store.find(emailKey)) throw new EmailTakenError();
  await attempt.giveBack();
}

/**
 * Creates an account and its first session.
 *
 * @throws ValidationError, EmailTakenError, NotAvailableError, InvalidCodeError, Refusal RATE_LIMITED
 */
async function signup(
  deps: AccountDeps,
  caller: Caller,
  input: {
    email: string;
    password: string;
    name?: string | null | undefined;
    inviteCode?: string | null | undefined;
  },
): Promise<SignedIn> {
  const inviteId = readInvite(deps, input.inviteCode);
  const problems = new Problems();
  const { email, key: emailKey, problem } = readEmail(input.email);
  problems.add(["email"], problem);
  const password = normalisePassword(input.password);
  problems.add(["password"], await deps.passwords.findProblem(password, input.email));
  const name = readName(input.name, problems);
  problems.throwIfAny();

  deps.passwords.checkRoom(caller);
  await caller.limits.attempt("signup-by-address", caller.network);
  await requireFree(deps.store, caller, emailKey);
  const hashedPassword = await deps.passwords.hash(password, caller);
  const createdAt = deps.now();
  const user = { id: newId(), email, name, createdAt };
  const { row, refreshToken } = deps.sessions.begin(user.id, createdAt, caller);
  const event = { id: newId(), kind: "SIGNED_UP" satisfies EventKind, createdAt, ...clientOf(caller) };
  const things = { sessions: { create: row }, securityEvents: { create: event } };
  const data = { ...user, emailKey, hashedPassword, inviteId, ...things };
  try {
    await deps.store.create(data);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw (await deps.store.find(emailKey)) ? new EmailTakenError() : new InvalidCodeError();
  }
  tell(deps, caller, { event: "signed up", user: user.id, session: row.id });
  verifyNewAddress(deps, user, caller.network);
  const session = { refreshToken, expiresAt: row.expiresAt, now: createdAt };
  return deps.sessions.signedIn({ ...user, emailVerified: false }, session);
}

/**
 * Starts a session for whoever knows the password. An unknown address, a wrong password and a disabled account take
 * the same work and get the same answer.
 *
 * @throws ValidationError for text that can be nobody's address or password, InvalidCredentialsError, Refusal
 * RATE_LIMITED
 */
async function login(
  deps: AccountDeps,
  caller: Caller,
  input: { email: string; password: string },
): Promise<SignedIn> {
  const problems = new Problems();
  problems.add(["email"], unstorable("The e-mail address", input.email));
  if (!input.password.isWellFormed()) problems.add(["password"], unstorable("The password", input.password));
  problems.throwIfAny();

  deps.passwords.checkRoom(caller);
  const attempt = await countPasswordAttempt(caller, input.email);
  const found = await deps.store.find(readEmail(input.email).key);
  const hash = found?.hashedPassword ?? null;
  const matches = await comparePassword(attempt, () => deps.passwords.verify(input.password, hash, caller));
  if (!found || !matches || found.disabledAt !== null) {
    tell(deps, caller, { event: "login failed", user: found?.id });
    // Later, for the answer must not take longer where there is an account.
    if (found) {
      deps.background.run("write to the security log", () =>
        recordEvent(deps.store.bind(found.id), "SIGN_IN_FAILED", deps.now(), caller),
      );
    }
    throw new InvalidCredentialsError();
  }

  const { hashedPassword } = found;
  const now = deps.now();
  const { row, refreshToken } = deps.sessions.begin(found.id, now, caller);
  const isLetIn = await deps.store.bind(found.id).transaction(async (tables) => {
    await tables.session.create({ data: { ...row, userId: found.id }, select: { id: true } });
    // Whoever adds a row holds the user's, as does whoever changes the password: what is read now stays.
    const asCompared = { hashedPassword, disabledAt: null };
    const [same] = await tables.user.findMany({ where: asCompared, select: { id: true } });
    if (same === undefined) await tables.session.deleteMany({ where: { id: row.id } });
    else {
      await recordEvent(tables, "SIGNED_IN", now, caller);
      await endSpareSessions(tables);
    }
    return same !== undefined;
  });
  // Changed meanwhile: compared anew, with what the account has now.
  if (!isLetIn) return login(deps, caller, input);
  if (deps.passwords.isOutdated(hashedPassword))
    await rehash(deps, caller, { userId: found.id, outdated: hashedPassword, password: input.password });
  tell(deps, caller, { event: "logged in", user: found.id, session: row.id });
  return deps.sessions.signedIn(accountOf(found), { refreshToken, expiresAt: row.expiresAt, now });
}

/** Brings a hash to the configured cost, unless the password has been changed meanwhile. */
async function rehash(
  { store, passwords }: AccountDeps,
  caller: Caller,
  { userId, outdated, password }: { userId: string; outdated: string; password: string },
): Promise<void> {
  try {
    const hashedPassword = await passwords.hash(password, caller);
    const where = { hashedPassword: outdated };
    await store.bind(userId).user.updateMany({ where, data: { hashedPassword } });
  } catch (error) {
    // Too much to hash just now: the next login is as good.
    if (!(error instanceof Refusal)) throw error;
  }
}

/** Signing up and in. */
export function createAccounts(deps: AccountDeps) {
  return {
    /** What the server offers to whoever has no account yet. */
    offer: {
      signup: deps.signupPolicy,
      passwordMinLength: deps.passwords.minLength,
      sendsMail: deps.mailer !== null,
    },
    signup: (caller: Caller, input: Parameters<typeof signup>[2]) => signup(deps, caller, input),
    login: (caller: Caller, input: Parameters<typeof login>[2]) => login(deps, caller, input),
  };
}
