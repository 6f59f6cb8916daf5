import { isUniqueViolation } from "../../db/failures.ts";
import type { ViewerDb, ViewerTables } from "../../db/viewer-db.ts";
import { EmailTakenError, InvalidCodeError, NotAvailableError, Problems } from "../../errors.ts";
import type { Account } from "../../identity/viewer.ts";
import { changedLetter, takenLetter } from "../../mail/letters.ts";
import type { Mailer } from "../../mail/mailer.ts";
import type { Caller } from "../../rate-limits/caller.ts";
import { unstorable } from "../../rules/text.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { confirmPassword, wrongPassword } from "../accounts/confirmation.ts";
import { readEmail } from "../accounts/email-address.ts";
import { findAccount, tell } from "../accounts/service.ts";
import { findCode, type HeldCode, useCode } from "../codes/service.ts";
import { recordEvent } from "../security-log/service.ts";
import { issueVerification, sendVerification } from "./verification.ts";

/** Who asks, and from where. */
export type Asker = { readonly db: ViewerDb; readonly viewer: Account; readonly caller: Caller };

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
  accounts: Accounts,
  mailer: Mailer,
  to: { userId: string; email: string; code: string },
  { network }: Caller,
) {
  accounts.background.run("mail a code to verify an address", async () => {
    const owner = await findAccount(accounts, readEmail(to.email).key);
    if (owner && owner.id !== to.userId) mailer.send(to.email, takenLetter(mailer.publicUrl), network);
    else sendVerification(mailer, to.email, to.code, network);
  });
}

type NewAddress = { email: string; emailVerifiedAt: Date | null };

/** Gives the account another address. Codes that were for the one before end with it. */
async function setAddress(
  tables: ViewerTables,
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
export async function changeEmail(
  accounts: Accounts,
  asker: Asker,
  input: { email: string; password: string },
): Promise<EmailChange> {
  const { viewer } = asker;
  const { email, key } = readNewAddress(input, viewer);
  const hashedPassword = await confirmPassword(accounts, asker.caller, viewer, input.password);
  if (accounts.mailer !== null) {
    await requestChange(accounts, accounts.mailer, asker, { email, key });
    return { user: viewer, verificationSent: true };
  }
  await changeAtOnce(accounts, asker, { email, hashedPassword });
  return { user: { ...viewer, email, emailVerified: false }, verificationSent: false };
}

async function requestChange(
  accounts: Accounts,
  mailer: Mailer,
  { db, viewer, caller }: Asker,
  { email, key }: { email: string; key: string },
): Promise<void> {
  await countMail(caller, key);
  const now = accounts.now();
  const code = await db.transaction(async (tables) => {
    await recordEvent(tables, "EMAIL_CHANGE_REQUESTED", now, caller);
    return issueVerification(tables, email, now);
  });
  tell(accounts, caller, { event: "address change requested", user: viewer.id });
  mailCode(accounts, mailer, { userId: viewer.id, email, code }, caller);
}

async function changeAtOnce(
  accounts: Accounts,
  { db, viewer, caller }: Asker,
  { email, hashedPassword }: { email: string; hashedPassword: string },
): Promise<void> {
  const attempt = await caller.limits.attempt("email-taken-by-address", caller.network);
  const change = db.transaction(async (tables) => {
    await setAddress(tables, { email, emailVerifiedAt: null }, { hashedPassword });
    await recordEvent(tables, "EMAIL_CHANGED", accounts.now(), caller);
  });
  await unlessTaken(change);
  await attempt.giveBack();
  tell(accounts, caller, { event: "address changed", user: viewer.id });
}

/**
 * Takes a code that was mailed: the address that it went to is the account's and verified.
 *
 * @throws InvalidCodeError, EmailTakenError where somebody else has verified or taken it meanwhile, Refusal RATE_LIMITED
 */
export async function verifyEmail(accounts: Accounts, asker: Asker, written: string): Promise<Account> {
  const { db, viewer, caller } = asker;
  const attempt = await caller.limits.attempt("code-by-account", viewer.id);
  const held = await findCode(db, "verify", written, accounts.now());
  if (held === null || held.email === null) throw new InvalidCodeError();
  const { email } = held;
  const isChange = email !== viewer.email;
  await unlessTaken(db.transaction((tables) => useVerification(tables, caller, held, accounts.now())));
  await attempt.giveBack();
  tell(accounts, caller, { event: isChange ? "address changed" : "address verified", user: viewer.id });
  const { mailer } = accounts;
  if (isChange) mailer?.send(viewer.email, changedLetter(mailer.publicUrl), caller.network);
  return { ...viewer, email, emailVerified: true };
}

async function useVerification(
  tables: ViewerTables,
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
export async function requestEmailVerification(
  accounts: Accounts,
  { db, viewer, caller }: Asker,
): Promise<string> {
  const { mailer } = accounts;
  if (mailer === null) throw new NotAvailableError("This server sends no mail.");
  const now = accounts.now();
  const where = { purpose: "verify", expiresAt: { gt: now } };
  const [pending] = await db.code.findMany({ where, select: { email: true } });
  const email = pending?.email ?? viewer.email;
  await countMail(caller, readEmail(email).key);
  const code = await db.transaction((tables) => issueVerification(tables, email, now));
  mailCode(accounts, mailer, { userId: viewer.id, email, code }, caller);
  return email;
}
