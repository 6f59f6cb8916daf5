import type { Attempt } from "../limits/attempts.ts";
import type { Caller } from "../limits/caller.ts";
import { readEmail } from "./email.ts";

/**
 * Counts an attempt at an account's password, before anything of the account is looked at: whether there is one with
 * this address changes nothing.
 *
 * @param email the account's address as somebody wrote it
 * @throws Refusal RATE_LIMITED when too many have failed, on this account or from the caller's address
 */
export async function countPasswordAttempt({ limits, network }: Caller, email: string): Promise<Attempt> {
  const byAddress = await limits.attempt("login-by-address", network);
  const account = readEmail(email).key || email.trim().toLowerCase();
  const byAccount = await limits.attempt("login-by-account", account);
  return {
    giveBack: async () => {
      await Promise.all([byAddress.giveBack(), byAccount.giveBack()]);
    },
  };
}

/**
 * Compares a password whose attempt has been counted, and takes the count back where it is right, or was never looked
 * at because too many others are.
 */
export async function comparePassword(attempt: Attempt, compare: () => Promise<boolean>): Promise<boolean> {
  let hasFailed = false;
  try {
    hasFailed = !(await compare());
    return !hasFailed;
  } finally {
    if (!hasFailed) await attempt.giveBack();
  }
}
