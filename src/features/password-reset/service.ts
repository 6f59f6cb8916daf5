import type { Logger } from "pino";
import type { ViewerDb } from "../../db/viewer-db.ts";
import { InvalidCodeError, NotAvailableError, Problems } from "../../errors.ts";
import type { Caller } from "../../identity/caller.ts";
import { passwordSetLetter, resetLetter } from "../../mail/letters.ts";
import type { Mailer } from "../../mail/mailer.ts";
import { handedResetHours, mailedResetHours } from "../../rules/limits.ts";
import type { Background } from "../../runtime/background.ts";
import { newId } from "../../schema/ids.ts";
import { tell } from "../accounts/account-log.ts";
import type { AccountStore } from "../accounts/account-store.ts";
import { accountKeyOf, readEmail } from "../accounts/email-address.ts";
import { normalisePassword } from "../accounts/password-rules.ts";
import type { Passwords } from "../accounts/passwords.ts";
import { findCode, type HeldCode, issueCode, useCode } from "../codes/service.ts";
import { recordEvent } from "../security-log/service.ts";

export type PasswordResetDeps = {
  readonly store: Pick<AccountStore, "find" | "bind">;
  readonly passwords: Passwords;
  /** Null where no mail is sent. */
  readonly mailer: Mailer | null;
  readonly background: Background;
  readonly log: Logger;
  readonly now: () => Date;
};

/**
 * Makes a code with which the user sets a new password, and writes down that it was asked for.
 *
 * @param email the address that it is mailed to; null where it is handed over otherwise
 * @param caller null where an operator asks
 */
export function issueReset(
  db: ViewerDb,
  now: Date,
  email: string | null,
  caller: Caller | null,
): Promise<string> {
  const hours = email === null ? handedResetHours : mailedResetHours;
  return db.transaction(async (tables) => {
    const code = await issueCode(tables, { purpose: "reset", email, now, hours });
    await recordEvent(tables, "PASSWORD_RESET_REQUESTED", now, caller);
    return code;
  });
}

/**
 * Mails a code with which to set a new password, where there is an account to set one for; that is looked up later, so
 * that neither the answer nor its time tells.
 *
 * @throws NotAvailableError, ValidationError, Refusal RATE_LIMITED
 */
async function requestPasswordReset(deps: PasswordResetDeps, caller: Caller, written: string): Promise<void> {
  const { mailer, background } = deps;
  if (mailer === null)
    throw new NotAvailableError("This server sends no mail. Ask whoever runs it for a code.");
  const problems = new Problems();
  const { key, problem } = readEmail(written);
  problems.add(["email"], problem);
  problems.throwIfAny();
  await caller.limits.attempt("reset-by-address", caller.network);
  await caller.limits.attempt("reset-by-account", key);
  background.run("mail a code to reset a password", () => mailReset(deps, mailer, caller, key));
}

async function mailReset(
  deps: PasswordResetDeps,
  mailer: Mailer,
  caller: Caller,
  key: string,
): Promise<void> {
  const account = await deps.store.find(key);
  if (account === null || account.disabledAt !== null) return;
  const { id, email } = account;
  const code = await issueReset(deps.store.bind(id), deps.now(), email, caller);
  tell(deps, caller, { event: "password reset requested", user: id });
  mailer.send(email, resetLetter(mailer.publicUrl, email, code, mailedResetHours), caller.network);
}

/**
 * Sets a new password with a code. All that was signed in ends: sessions and personal tokens.
 *
 * @throws ValidationError, InvalidCodeError (for an unknown address too), Refusal RATE_LIMITED
 */
async function resetPassword(
  deps: PasswordResetDeps,
  caller: Caller,
  input: { email: string; code: string; newPassword: string },
): Promise<void> {
  const password = normalisePassword(input.newPassword);
  const problems = new Problems();
  problems.add(["newPassword"], await deps.passwords.findProblem(password, input.email));
  problems.throwIfAny();

  deps.passwords.checkRoom(caller);
  const attempts = await countCode(caller, input.email);
  const found = await deps.store.find(readEmail(input.email).key);
  // Nobody has this id: looking for a code takes as long where there is no account.
  const db = deps.store.bind(found?.id ?? newId());
  const held = await findCode(db, "reset", input.code, deps.now());
  if (found === null || held === null || !isFor(held, found)) {
    tell(deps, caller, { event: "password reset failed", user: found?.id });
    throw new InvalidCodeError();
  }
  const hashedPassword = await deps.passwords.hash(password, caller);
  await setPassword(db, held, { hashedPassword, now: deps.now(), caller });
  await Promise.all(attempts.map((attempt) => attempt.giveBack()));
  tell(deps, caller, { event: "password reset", user: found.id });
  const { mailer } = deps;
  mailer?.send(found.email, passwordSetLetter(mailer.publicUrl), caller.network);
}

async function countCode({ limits, network }: Caller, email: string) {
  const byAddress = await limits.attempt("login-by-address", network);
  return [byAddress, await limits.attempt("code-by-account", accountKeyOf(email))];
}

/** Not one that was mailed to an address that the account had before, nor of an account that is locked. */
function isFor({ email }: HeldCode, account: { email: string; disabledAt: Date | null }): boolean {
  return account.disabledAt === null && (email === null || email === account.email);
}

async function setPassword(
  db: ViewerDb,
  held: HeldCode,
  { hashedPassword, now, caller }: { hashedPassword: string; now: Date; caller: Caller },
): Promise<void> {
  // A code that came by mail shows that the mail arrived.
  const proof = held.email === null ? {} : { emailVerifiedAt: now };
  await db.transaction(async (tables) => {
    await useCode(tables, held);
    await tables.user.updateMany({ data: { hashedPassword, ...proof } });
    await tables.session.deleteMany({});
    await tables.personalToken.deleteMany({});
    // What somebody else may have begun with the old password is off as well.
    await tables.code.deleteMany({});
    await recordEvent(tables, "PASSWORD_RESET", now, caller);
  });
}

/** A new password for whoever has forgotten theirs. */
export function createPasswordReset(deps: PasswordResetDeps) {
  return {
    request: (caller: Caller, email: string) => requestPasswordReset(deps, caller, email),
    reset: (caller: Caller, input: Parameters<typeof resetPassword>[2]) => resetPassword(deps, caller, input),
  };
}
