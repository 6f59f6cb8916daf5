import type { Caller } from "../../identity/caller.ts";
import type { Attempt } from "../../rate-limits/attempts.ts";
import { accountKeyOf } from "./email-address.ts";

/** An attempt at a password as it is counted: for its guess, and for the hash that it takes, right or wrong. */
export type PasswordAttempt = { readonly guess: readonly Attempt[]; readonly hash: readonly Attempt[] };

const giveBack = (attempts: readonly Attempt[]) => Promise.all(attempts.map((attempt) => attempt.giveBack()));

/**
 * Counts an attempt at an account's password, before anything of the account is looked at: whether there is one with
 * this address changes nothing.
 *
 * @param email the account's address as somebody wrote it
 * @throws Refusal RATE_LIMITED when too many have failed, or were made at all, on this account or from the caller's
 *   address
 */
export async function countPasswordAttempt(
  { limits, network }: Caller,
  email: string,
): Promise<PasswordAttempt> {
  const account = accountKeyOf(email);
  const byAddress = await limits.attempt("login-by-address", network);
  const guess = [byAddress, await limits.attempt("login-by-account", account)];
  try {
    const hashByAddress = await limits.attempt("passwords-by-address", network);
    return { guess, hash: [hashByAddress, await limits.attempt("passwords-by-account", account)] };
  } catch (error) {
    await giveBack(guess);
    throw error;
  }
}

/**
 * Compares a password whose attempt has been counted. A right one is no guess; one that was never looked at, because
 * too many others are, counts as nothing.
 */
export async function comparePassword(
  { guess, hash }: PasswordAttempt,
  compare: () => Promise<boolean>,
): Promise<boolean> {
  let matches: boolean | null = null;
  try {
    matches = await compare();
    return matches;
  } finally {
    if (matches !== false) await giveBack(guess);
    if (matches === null) await giveBack(hash);
  }
}
