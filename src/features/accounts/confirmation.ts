import type { Logger } from "pino";
import { InvalidCredentialsError, invalidToken } from "../../errors.ts";
import type { SignedInAsker } from "../../identity/asker.ts";
import { recordEvent } from "../security-log/service.ts";
import { tell } from "./account-log.ts";
import { comparePassword, countPasswordAttempt } from "./password-attempt.ts";
import type { Passwords } from "./passwords.ts";

export type ConfirmationDeps = {
  readonly passwords: Passwords;
  readonly log: Logger;
  readonly now: () => Date;
};

/** Of somebody who is signed in and gives their password once more. */
export const wrongPassword = () => new InvalidCredentialsError("The password is wrong.");

/**
 * Has whoever is signed in show that they know the account's password, which counts as an attempt at it like a login.
 *
 * @returns the hash that it was compared with: change the account only while that is still its own, for somebody else
 * may have changed the password meanwhile
 * @throws InvalidCredentialsError, Refusal RATE_LIMITED, or UNAUTHENTICATED where the account is gone
 */
export async function confirmPassword(
  { passwords, log, now }: ConfirmationDeps,
  { db, viewer, caller }: SignedInAsker,
  password: string,
): Promise<string> {
  passwords.checkRoom(caller);
  const attempt = await countPasswordAttempt(caller, viewer.email);
  const [user] = await db.user.findMany({ select: { hashedPassword: true } });
  const hash = user?.hashedPassword ?? null;
  const matches = await comparePassword(attempt, () => passwords.verify(password, hash, caller));
  if (hash === null) throw invalidToken();
  if (matches) return hash;
  tell({ log }, caller, { event: "password not confirmed", user: viewer.id });
  await recordEvent(db, "SIGN_IN_FAILED", now(), caller);
  throw wrongPassword();
}
