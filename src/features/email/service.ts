import { isUniqueViolation } from "../../db/failures.ts";
import type { Transaction } from "../../db/viewer-db.ts";
import { EmailTakenError, InvalidCodeError, NotAvailableError, Problems } from "../../errors.ts";
import type { SignedInAsker } from "../../identity/asker.ts";
import type { Caller } from "../../identity/caller.ts";
import type { Account } from "../../identity/viewer.ts";
import { changedLetter, takenLetter } from "../../mail/letters.ts";
import type { Mailer } from "../../mail/mailer.ts";
import { unstorable } from "../../rules/text.ts";
import type { Background } from "../../runtime/background.ts";
import { tell } from "../accounts/account-log.ts";
import type { AccountStore } from "../accounts/account-store.ts";
import { type ConfirmationDeps, confirmPassword, wrongPassword } from "../accounts/confirmation.ts";
import { readEmail } from "../accounts/email-address.ts";
import { findCode, type HeldCode, useCode } from "../codes/service.ts";
import { recordEvent } from "../security-log/service.ts";
import { issueVerification, sendVerification } from "./verification.ts";

export type EmailDeps = ConfirmationDeps & {
  readonly store: Pick<AccountStore, "find">;
  /** Null where no mail is sent. */
  readonly mailer: Mailer | null;
  readonly background: Background;
};

/** @throws ValidationError */
function readNewAddress(input: { email: string; password: string }, viewer: Account) {
  const problems = new Problems();
  const { email, key, problem } = readEmail(input.email);
  problems.add(["email"], problem);
  if (!input.password.isWellFormed()) problems.add(["password"], unstorable("The password", input.password));
  if (key === readEmail(viewer.email).key) problems.add(["email"], "This is your address already.");
  problems.throwIfAny();
  return { email, key };
}

/** Limits mails to one address, whoever has them sent. */
async function countMail({ limits, network }: Caller, emailKey: string): Promise<void> {
  await limits.attempt("reset-by-address", network);
  await limits.attempt("reset-by-account", emailKey);
}

/**
 * Mails the code, in the background. Where the address is another account's, its owner is told instead: that there is
 * one is not for the caller to know.
 */
function mailCode(
  deps: EmailDeps,
  mailer: Mailer,
  to: { userId: string; email: string; code: string },
  { network }: Caller,
) {
  deps.background.run("mail a code to verify an address", async () => {
    const owner = await deps.store.find(readEmail(to.email).key);
    if (owner && owner.id !== to.userId) mailer.send(to.email, takenLetter(mailer.publicUrl), network);
    else sendVerification(mailer, to.email, to.code, network);
  });
}

type NewAddress = { email: string; emailVerifiedAt: Date | null };

/** Gives the account another address. Codes that were for the one before end with it. */
async function setAddress(
  tables: Transaction,
  { email, emailVerifiedAt }: NewAddress,
  where: { hashedPassword?: string } = {},
): Promise<void> {
  const { key: emailKey } = readEmail(email);
  const { count } = await tables.user.updateMany({ where, data: { email, emailKey, emailVerifiedAt } });
  if (count === 0) throw wrongPassword();
  await tables.code.deleteMany({});
}

/** @throws EmailTakenError where another account has the address */
async function unlessTaken<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    throw isUniqueViolation(error) ? new EmailTakenError() : error;
  }
}

/** What a change of address came to. */
export type EmailChange = { user: Account; verificationSent: boolean };

/**
 * Changes the account's address: at once where no mail is sent, else when the code has come back that is mailed there.
 *
 * @throws ValidationError, InvalidCredentialsError, EmailTakenError (without mail only), Refusal RATE_LIMITED
 */
async function changeEmail(
  deps: EmailDeps,
  asker: SignedInAsker,
  input: { email: string; password: string },
): Promise<EmailChange> {
  const { viewer } = asker;
  const { email, key } = readNewAddress(input, viewer);
  const hashedPassword = await confirmPassword(deps, asker, input.password);
  if (deps.mailer !== null) {
    await requestChange(deps, deps.mailer, asker, { email, key });
    return { user: viewer, verificationSent: true };
  }
  await changeAtOnce(deps, asker, { email, hashedPassword });
  return { user: { ...viewer, email, emailVerified: false }, verificationSent: false };
}

async function requestChange(
  deps: EmailDeps,
  mailer: Mailer,
  { db, viewer, caller }: SignedInAsker,
  { email, key }: { email: string; key: string },
): Promise<void> {
  await countMail(caller, key);
  const now = deps.now();
  const code = await db.transaction(async (tables) => {
    await recordEvent(tables, "EMAIL_CHANGE_REQUESTED", now, caller);
    return issueVerification(tables, email, now);
  });
  tell(deps, caller, { event: "address change requested", user: viewer.id });
  mailCode(deps, mailer, { userId: viewer.id, email, code }, caller);
}

async function changeAtOnce(
  deps: EmailDeps,
  { db, viewer, caller }: SignedInAsker,
  { email, hashedPassword }: { email: string; hashedPassword: string },
): Promise<void> {
  const attempt = await caller.limits.attempt("email-taken-by-address", caller.network);
  const change = db.transaction(async (tables) => {
    await setAddress(tables, { email, emailVerifiedAt: null }, { hashedPassword });
    await recordEvent(tables, "EMAIL_CHANGED", deps.now(), caller);
  });
  await unlessTaken(change);
  await attempt.giveBack();
  tell(deps, caller, { event: "address changed", user: viewer.id });
}

/**
 * Takes a code that was mailed: the address that it went to is the account's and verified.
 *
 * @throws InvalidCodeError, EmailTakenError where somebody else has verified or taken it meanwhile, Refusal RATE_LIMITED
 */
async function verifyEmail(deps: EmailDeps, asker: SignedInAsker, written: string): Promise<Account> {
  const { db, viewer, caller } = asker;
  const attempt = await caller.limits.attempt("code-by-account", viewer.id);
  const held = await findCode(db, "verify", written, deps.now());
  if (held === null || held.email === null) throw new InvalidCodeError();
  const { email } = held;
  const isChange = email !== viewer.email;
  await unlessTaken(db.transaction((tables) => useVerification(tables, caller, held, deps.now())));
  await attempt.giveBack();
  tell(deps, caller, { event: isChange ? "address changed" : "address verified", user: viewer.id });
  const { mailer } = deps;
  if (isChange) mailer?.send(viewer.email, changedLetter(mailer.publicUrl), caller.network);
  return { ...viewer, email, emailVerified: true };
}

async function useVerification(
  tables: Transaction,
  caller: Caller,
  held: HeldCode,
  now: Date,
): Promise<void> {
  await useCode(tables, held);
  const email = held.email ?? "";
  const { count } = await tables.user.updateMany({ where: { email }, data: { emailVerifiedAt: now } });
  if (count === 0) await setAddress(tables, { email, emailVerifiedAt: now });
  await recordEvent(tables, count === 0 ? "EMAIL_CHANGED" : "EMAIL_VERIFIED", now, caller);
}

/**
 * Mails a code again: to the address that the account is to get, or else to the one that it has.
 *
 * @returns that address
 * @throws NotAvailableError, Refusal RATE_LIMITED
 */
async function requestEmailVerification(
  deps: EmailDeps,
  { db, viewer, caller }: SignedInAsker,
): Promise<string> {
  const { mailer } = deps;
  if (mailer === null) throw new NotAvailableError("This server sends no mail.");
  const now = deps.now();
  const where = { purpose: "verify", expiresAt: { gt: now } };
  const [pending] = await db.code.findMany({ where, select: { email: true } });
  const email = pending?.email ?? viewer.email;
  await countMail(caller, readEmail(email).key);
  const code = await db.transaction((tables) => issueVerification(tables, email, now));
  mailCode(deps, mailer, { userId: viewer.id, email, code }, caller);
  return email;
}

/** An account's address. */
export function createEmail(deps: EmailDeps) {
  return {
    change: (asker: SignedInAsker, input: { email: string; password: string }) =>
      changeEmail(deps, asker, input),
    verify: (asker: SignedInAsker, code: string) => verifyEmail(deps, asker, code),
    requestVerification: (asker: SignedInAsker) => requestEmailVerification(deps, asker),
  };
}
