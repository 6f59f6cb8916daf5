import { bindToViewer } from "../../db/viewer-db.ts";
import { InvalidCredentialsError, invalidToken } from "../../errors.ts";
import type { Account } from "../../identity/viewer.ts";
import type { Caller } from "../../rate-limits/caller.ts";
import { recordEvent } from "../security-log/service.ts";
import type { Accounts } from "./accounts.ts";
import { comparePassword, countPasswordAttempt } from "./password-attempt.ts";
import { tell } from "./service.ts";

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
  accounts: Accounts,
  caller: Caller,
  { id, email }: Pick<Account, "id" | "email">,
  password: string,
): Promise<string> {
  const db = bindToViewer(accounts.db, id);
  accounts.passwords.checkRoom(caller);
  const attempt = await countPasswordAttempt(caller, email);
  const [user] = await db.user.findMany({ select: { hashedPassword: true } });
  const hash = user?.hashedPassword ?? null;
  const matches = await comparePassword(attempt, () => accounts.passwords.verify(password, hash, caller));
  if (hash === null) throw invalidToken();
  if (matches) return hash;
  tell(accounts, caller, { event: "password not confirmed", user: id });
  await recordEvent(db, "SIGN_IN_FAILED", accounts.now(), caller);
  throw wrongPassword();
}
