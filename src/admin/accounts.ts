import { asAdmin, asUser } from "../db/binding.ts";
import type { BoundPool } from "../db/bound-pool.ts";
import type { AccountStore } from "../features/accounts/account-store.ts";
import { readEmail } from "../features/accounts/email-address.ts";
import { issueReset } from "../features/password-reset/service.ts";
import { recordEvent } from "../features/security-log/service.ts";
import { StartError } from "../runtime/start-error.ts";

/** What an operator's commands work on. */
export type AdminDatabase = { pool: BoundPool; store: AccountStore; now: () => Date };

/** An account as an operator sees it: nothing of what is in it. */
export type ListedAccount = {
  email: string;
  createdAt: Date;
  isVerified: boolean;
  isDisabled: boolean;
  /** Deleted ones that can still be restored included. */
  tasks: number;
};

/** Accounts that are looked at in one statement, so that none takes longer than it may. */
const pageSize = 1000;

/** Milliseconds for what goes through a whole table, or a million tasks of one account. */
const longTimeout = 60_000;

const listing = `SELECT id, email, created_at AS "createdAt", email_verified_at IS NOT NULL AS "isVerified",
    disabled_at IS NOT NULL AS "isDisabled",
    (SELECT count(*)::int FROM public.tasks WHERE user_id = users.id) AS tasks
  FROM public.users WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT ${pageSize}`;

/** All accounts, in the order in which they were made. */
export async function listAccounts({ pool }: AdminDatabase): Promise<ListedAccount[]> {
  const accounts: ListedAccount[] = [];
  for (let after: string | null = null; ; ) {
    const statement = { text: listing, values: [after], timeout: longTimeout };
    const page: { rows: ({ id: string } & ListedAccount)[] } = await pool.query(asAdmin(), statement);
    accounts.push(...page.rows.map(({ id: _id, ...account }) => account));
    after = page.rows.at(-1)?.id ?? null;
    if (page.rows.length < pageSize) return accounts;
  }
}

/** How many there are of what. */
export type Counts = Record<
  "users" | "verified" | "disabled" | "sessions" | "personalTokens" | "tasks",
  number
>;

const counting = `SELECT count(*)::int AS users, count(email_verified_at)::int AS verified, count(disabled_at)::int AS disabled,
    (SELECT count(*)::int FROM public.sessions) AS sessions,
    (SELECT count(*)::int FROM public.personal_tokens) AS "personalTokens",
    (SELECT count(*)::int FROM public.tasks) AS tasks
  FROM public.users`;

export async function countAll({ pool }: AdminDatabase): Promise<Counts> {
  const { rows } = await pool.query<Counts>(asAdmin(), { text: counting, timeout: longTimeout });
  const [counts] = rows;
  if (counts === undefined) throw new Error("nothing was counted");
  return counts;
}

export type FoundAccount = { id: string; email: string; isDisabled: boolean };

/** @throws StartError when nobody has the address */
export async function requireAccount({ store }: AdminDatabase, address: string): Promise<FoundAccount> {
  const { key } = readEmail(address);
  const account = key === "" ? null : await store.find(key);
  if (account === null)
    throw new StartError(`There is no account with the address ${JSON.stringify(address)}.`);
  const { id, email, disabledAt } = account;
  return { id, email, isDisabled: disabledAt !== null };
}

/**
 * Locks an account or unlocks it. No credential of a locked one works from the next request on; its sessions go on
 * when it is unlocked.
 * @returns whether it was not so before
 */
export async function setDisabled(
  { store, now }: AdminDatabase,
  { id }: FoundAccount,
  disable: boolean,
): Promise<boolean> {
  const at = now();
  return store.bind(id).transaction(async (tables) => {
    const { count } = await tables.user.updateMany({
      where: { disabledAt: disable ? null : { not: null } },
      data: { disabledAt: disable ? at : null },
    });
    if (count > 0) await recordEvent(tables, disable ? "DISABLED" : "ENABLED", at, null);
    return count > 0;
  });
}

/** Ends all sessions of an account, and its personal tokens if they are to go too. @returns how many of each */
export async function endSessions({ store, now }: AdminDatabase, { id }: FoundAccount, withTokens: boolean) {
  return store.bind(id).transaction(async (tables) => {
    const sessions = (await tables.session.deleteMany({})).count;
    if (sessions > 0) await recordEvent(tables, "SESSION_REVOKED", now(), null);
    const tokens = withTokens ? (await tables.personalToken.deleteMany({})).count : 0;
    if (tokens > 0) await recordEvent(tables, "TOKEN_REVOKED", now(), null);
    return { sessions, tokens };
  });
}

/**
 * Makes a code with which the owner sets a new password.
 * @throws StartError for a locked account, whose code would be refused
 */
export async function makeResetCode({ store, now }: AdminDatabase, account: FoundAccount): Promise<string> {
  const { id, email, isDisabled } = account;
  if (isDisabled) throw new StartError(`The account of ${email} is disabled: enable it first.`);
  return issueReset(store.bind(id), now(), null, null);
}

/** Deletes an account; all that is in it goes with the row. */
export async function deleteAccount({ pool }: AdminDatabase, { id }: FoundAccount): Promise<void> {
  const text = "DELETE FROM public.users WHERE id = $1";
  await pool.query(asUser(id), { text, values: [id], timeout: longTimeout });
}
