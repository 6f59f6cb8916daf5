import { asAddress, asUser, bound } from "../db/binding.ts";
import type { Db } from "../db/client.ts";
import { isUniqueViolation } from "../db/failures.ts";
import { EmailTakenError, InvalidCredentialsError, Refusal } from "../errors.ts";
import { newId } from "../ids.ts";
import { countCodePoints, Problems, unstorable } from "../validation.ts";
import { readEmail } from "./email.ts";
import { normalisePassword, passwordProblem } from "./password-rules.ts";
import type { Passwords } from "./passwords.ts";
import type { Account } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";

const maxNameLength = 200;

/** What signing up and logging in need; the only services that work on rows before anybody is known. */
export type Accounts = {
  readonly db: Db;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  /** In code points. */
  readonly minPasswordLength: number;
  readonly now: () => Date;
};

export type SignedIn = { accessToken: string; expiresAt: Date; user: Account };

function newSession({ tokens }: Accounts, createdAt: Date) {
  return { id: newId(), createdAt, expiresAt: new Date(createdAt.getTime() + tokens.lifetime * 1000) };
}

function signedIn({ tokens }: Accounts, user: Account, session: ReturnType<typeof newSession>): SignedIn {
  const issuedAt = session.createdAt;
  const accessToken = tokens.issue({ userId: user.id, email: user.email, sessionId: session.id, issuedAt });
  const expiresAt = new Date((Math.floor(issuedAt.getTime() / 1000) + tokens.lifetime) * 1000);
  return { accessToken, expiresAt, user };
}

function readName(name: string | null | undefined, problems: Problems): string | null {
  const trimmed = name?.trim() ?? "";
  problems.add(["name"], unstorable("The name", trimmed));
  if (countCodePoints(trimmed) > maxNameLength) {
    problems.add(["name"], `A name has at most ${maxNameLength} characters.`);
  }
  return trimmed === "" ? null : trimmed;
}

/** Looks an account up by its address, before anybody is known. */
async function findAccount({ db }: Accounts, emailKey: string) {
  const select = { id: true, email: true, name: true, createdAt: true, hashedPassword: true };
  const [account] = await bound(asAddress(emailKey), () => db.user.findMany({ where: { emailKey }, select }));
  return account ?? null;
}

/**
 * Creates an account and its first session.
 *
 * @throws ValidationError, EmailTakenError
 */
export async function signup(
  accounts: Accounts,
  input: { email: string; password: string; name?: string | null | undefined },
): Promise<SignedIn> {
  const problems = new Problems();
  const { email, key: emailKey, problem } = readEmail(input.email);
  problems.add(["email"], problem);
  const password = normalisePassword(input.password);
  problems.add(["password"], await passwordProblem(password, input.email, accounts.minPasswordLength));
  const name = readName(input.name, problems);
  problems.throwIfAny();

  if (await findAccount(accounts, emailKey)) throw new EmailTakenError();
  const hashedPassword = await accounts.passwords.hash(password);
  const createdAt = accounts.now();
  const user = { id: newId(), email, name, createdAt };
  const session = newSession(accounts, createdAt);
  const data = { ...user, emailKey, hashedPassword, sessions: { create: session } };
  try {
    await bound(asUser(user.id), () => accounts.db.user.create({ data, select: { id: true } }));
  } catch (error) {
    if (isUniqueViolation(error)) throw new EmailTakenError();
    throw error;
  }
  return signedIn(accounts, user, session);
}

/**
 * Starts a session for whoever knows the password. An unknown address and a wrong password take the same work
 * and get the same answer.
 *
 * @throws ValidationError for text that can be nobody's address or password, InvalidCredentialsError
 */
export async function login(
  accounts: Accounts,
  input: { email: string; password: string },
): Promise<SignedIn> {
  const problems = new Problems();
  problems.add(["email"], unstorable("The e-mail address", input.email));
  if (!input.password.isWellFormed()) problems.add(["password"], unstorable("The password", input.password));
  problems.throwIfAny();

  const found = await findAccount(accounts, readEmail(input.email).key);
  const matches = await accounts.passwords.verify(input.password, found?.hashedPassword ?? null);
  if (!found || !matches) throw new InvalidCredentialsError();

  const { hashedPassword, ...user } = found;
  if (accounts.passwords.isOutdated(hashedPassword))
    await rehash(accounts, user.id, hashedPassword, input.password);
  const session = newSession(accounts, accounts.now());
  const data = { ...session, userId: user.id };
  await bound(asUser(user.id), () => accounts.db.session.create({ data, select: { id: true } }));
  return signedIn(accounts, user, session);
}

/** Brings a hash to the configured cost, unless the password has been changed meanwhile. */
async function rehash(
  { db, passwords }: Accounts,
  userId: string,
  outdated: string,
  password: string,
): Promise<void> {
  try {
    const hashedPassword = await passwords.hash(password);
    const where = { id: userId, hashedPassword: outdated };
    await bound(asUser(userId), () => db.user.updateMany({ where, data: { hashedPassword } }));
  } catch (error) {
    // Too much to hash just now: the next login is as good.
    if (!(error instanceof Refusal)) throw error;
  }
}
