import { asAddress, asUser, bound } from "../../db/binding.ts";
import { isUniqueViolation } from "../../db/failures.ts";
import { bindToViewer } from "../../db/viewer-db.ts";
import {
  EmailTakenError,
  InvalidCodeError,
  InvalidCredentialsError,
  NotAvailableError,
  Problems,
  Refusal,
} from "../../errors.ts";
import type { RefreshToken } from "../../identity/refresh-tokens.ts";
import type { Account } from "../../identity/viewer.ts";
import type { Caller } from "../../rate-limits/caller.ts";
import { isLongerThan, unstorable } from "../../rules/text.ts";
import { newId } from "../../schema/ids.ts";
import { verifyNewAddress } from "../email/verification.ts";
import { clientOf, type EventKind, recordEvent } from "../security-log/service.ts";
import { endSpareSessions } from "../sessions/service.ts";
import type { Accounts } from "./accounts.ts";
import { readEmail } from "./email-address.ts";
import { comparePassword, countPasswordAttempt } from "./password-attempt.ts";
import { normalisePassword, passwordProblem } from "./password-rules.ts";

const maxNameLength = 200;

/** Somebody let in: a session's first tokens, or its next. */
export type SignedIn = {
  accessToken: string;
  expiresAt: Date;
  refreshToken: RefreshToken;
  /** When the session ends unless it is refreshed. */
  sessionExpiresAt: Date;
  user: Account;
};

/** When a session ends that is used now. */
export function sessionEnd(
  { refreshIdle, sessionMax, tokens }: Accounts,
  { createdAt, now }: { createdAt: Date; now: Date },
): Date {
  const idleEnd = now.getTime() + Math.max(refreshIdle, tokens.lifetime) * 1000;
  return new Date(Math.min(idleEnd, createdAt.getTime() + sessionMax * 1000));
}

/** A session's row and its first refresh token. */
function newSession(accounts: Accounts, userId: string, createdAt: Date, caller: Caller) {
  const id = newId();
  const refreshToken = accounts.refreshTokens.issue({ userId, sessionId: id });
  const expiresAt = sessionEnd(accounts, { createdAt, now: createdAt });
  const client = { ...clientOf(caller), lastSeenAt: createdAt };
  const row = { id, createdAt, expiresAt, ...client, refreshHash: new Uint8Array(refreshToken.hash) };
  return { row, refreshToken };
}

/** Makes an access token of a session, which ends with it at the latest. */
export function signedIn(
  { tokens }: Accounts,
  user: Account,
  session: { refreshToken: RefreshToken; expiresAt: Date; now: Date },
): SignedIn {
  const { refreshToken, expiresAt: sessionExpiresAt, now: issuedAt } = session;
  const { sessionId, generation } = refreshToken;
  const left = Math.max(1, Math.floor((sessionExpiresAt.getTime() - issuedAt.getTime()) / 1000));
  const lifetime = Math.min(tokens.lifetime, left);
  const { id: userId, email } = user;
  const accessToken = tokens.issue({ userId, email, sessionId, generation, issuedAt, lifetime });
  const expiresAt = new Date((Math.floor(issuedAt.getTime() / 1000) + lifetime) * 1000);
  return { accessToken, expiresAt, refreshToken, sessionExpiresAt, user };
}

export function readName(name: string | null | undefined, problems: Problems): string | null {
  const trimmed = name?.trim() ?? "";
  problems.add(["name"], unstorable("The name", trimmed));
  if (isLongerThan(trimmed, maxNameLength)) {
    problems.add(["name"], `A name has at most ${maxNameLength} characters.`);
  }
  return trimmed === "" ? null : trimmed;
}

/** Looks an account up by its address, before anybody is known. */
export async function findAccount({ db }: Pick<Accounts, "db">, emailKey: string) {
  const select = {
    id: true,
    email: true,
    emailVerifiedAt: true,
    name: true,
    createdAt: true,
    hashedPassword: true,
    disabledAt: true,
  };
  const [account] = await bound(asAddress(emailKey), () => db.user.findMany({ where: { emailKey }, select }));
  return account ?? null;
}

/**
 * Who may sign up.
 * @returns the id of the invitation that was used; null where none is needed
 * @throws NotAvailableError, InvalidCodeError
 */
function readInvite(
  { signupPolicy, invites, now }: Accounts,
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
async function requireFree(accounts: Accounts, { limits, network }: Caller, emailKey: string): Promise<void> {
  const attempt = await limits.attempt("email-taken-by-address", network);
  if (await findAccount(accounts, emailKey)) throw new EmailTakenError();
  await attempt.giveBack();
}

/**
 * Creates an account and its first session.
 *
 * @throws ValidationError, EmailTakenError, NotAvailableError, InvalidCodeError, Refusal RATE_LIMITED
 */
export async function signup(
  accounts: Accounts,
  caller: Caller,
  input: {
    email: string;
    password: string;
    name?: string | null | undefined;
    inviteCode?: string | null | undefined;
  },
): Promise<SignedIn> {
  const inviteId = readInvite(accounts, input.inviteCode);
  const problems = new Problems();
  const { email, key: emailKey, problem } = readEmail(input.email);
  problems.add(["email"], problem);
  const password = normalisePassword(input.password);
  problems.add(["password"], await passwordProblem(password, input.email, accounts.minPasswordLength));
  const name = readName(input.name, problems);
  problems.throwIfAny();

  accounts.passwords.checkRoom(caller);
  await caller.limits.attempt("signup-by-address", caller.network);
  await requireFree(accounts, caller, emailKey);
  const hashedPassword = await accounts.passwords.hash(password, caller);
  const createdAt = accounts.now();
  const user = { id: newId(), email, name, createdAt };
  const { row, refreshToken } = newSession(accounts, user.id, createdAt, caller);
  const event = { id: newId(), kind: "SIGNED_UP" satisfies EventKind, createdAt, ...clientOf(caller) };
  const things = { sessions: { create: row }, securityEvents: { create: event } };
  const data = { ...user, emailKey, hashedPassword, inviteId, ...things };
  try {
    await bound(asUser(user.id), () => accounts.db.user.create({ data, select: { id: true } }));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw (await findAccount(accounts, emailKey)) ? new EmailTakenError() : new InvalidCodeError();
  }
  tell(accounts, caller, { event: "signed up", user: user.id, session: row.id });
  verifyNewAddress(accounts, user, caller.network);
  const session = { refreshToken, expiresAt: row.expiresAt, now: createdAt };
  return signedIn(accounts, { ...user, emailVerified: false }, session);
}

/**
 * Starts a session for whoever knows the password. An unknown address, a wrong password and a disabled account take
 * the same work and get the same answer.
 *
 * @throws ValidationError for text that can be nobody's address or password, InvalidCredentialsError, Refusal
 * RATE_LIMITED
 */
export async function login(
  accounts: Accounts,
  caller: Caller,
  input: { email: string; password: string },
): Promise<SignedIn> {
  const problems = new Problems();
  problems.add(["email"], unstorable("The e-mail address", input.email));
  if (!input.password.isWellFormed()) problems.add(["password"], unstorable("The password", input.password));
  problems.throwIfAny();

  accounts.passwords.checkRoom(caller);
  const attempt = await countPasswordAttempt(caller, input.email);
  const found = await findAccount(accounts, readEmail(input.email).key);
  const hash = found?.hashedPassword ?? null;
  const matches = await comparePassword(attempt, () =>
    accounts.passwords.verify(input.password, hash, caller),
  );
  if (!found || !matches || found.disabledAt !== null) {
    tell(accounts, caller, { event: "login failed", user: found?.id });
    // Later, for the answer must not take longer where there is an account.
    if (found) {
      accounts.background.run("write to the security log", () =>
        recordEvent(bindToViewer(accounts.db, found.id), "SIGN_IN_FAILED", accounts.now(), caller),
      );
    }
    throw new InvalidCredentialsError();
  }

  const { hashedPassword, disabledAt, emailVerifiedAt, ...account } = found;
  const now = accounts.now();
  const { row, refreshToken } = newSession(accounts, found.id, now, caller);
  const isLetIn = await bindToViewer(accounts.db, found.id).transaction(async (tables) => {
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
  if (!isLetIn) return login(accounts, caller, input);
  if (accounts.passwords.isOutdated(hashedPassword))
    await rehash(accounts, caller, { userId: found.id, outdated: hashedPassword, password: input.password });
  tell(accounts, caller, { event: "logged in", user: found.id, session: row.id });
  const user = { ...account, emailVerified: emailVerifiedAt !== null };
  return signedIn(accounts, user, { refreshToken, expiresAt: row.expiresAt, now });
}

/** Writes what happened to an account to the server's log (OWASP ASVS 5.0, 16.3.1). */
export function tell(
  { log }: Accounts,
  { requestId, address }: Caller,
  what: Record<string, unknown> & { event: string },
): void {
  log.info({ id: requestId, ...what, address }, "account");
}

/** Brings a hash to the configured cost, unless the password has been changed meanwhile. */
async function rehash(
  { db, passwords }: Accounts,
  caller: Caller,
  { userId, outdated, password }: { userId: string; outdated: string; password: string },
): Promise<void> {
  try {
    const hashedPassword = await passwords.hash(password, caller);
    const where = { id: userId, hashedPassword: outdated };
    await bound(asUser(userId), () => db.user.updateMany({ where, data: { hashedPassword } }));
  } catch (error) {
    // Too much to hash just now: the next login is as good.
    if (!(error instanceof Refusal)) throw error;
  }
}
