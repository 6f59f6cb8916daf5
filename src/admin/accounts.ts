import { asAdmin, asUser, bound } from "../db/binding.ts";
import type { BoundPool } from "../db/bound-pool.ts";
import type { Db } from "../db/prisma.ts";
import { bindToViewer } from "../db/viewer-db.ts";
import { createAccountStore } from "../features/accounts/account-store.ts";
import { readEmail } from "../features/accounts/email-address.ts";
import { issueReset } from "../features/password-reset/service.ts";
import { recordEvent } from "../features/security-log/service.ts";
import { StartError } from "../runtime/start-error.ts";

/** What an operator's commands work on. */
export type AdminDatabase = { pool: BoundPool; db: Db; now: () => Date };

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

const listed = { id: true, email: true, createdAt: true, emailVerifiedAt: true, disabledAt: true };

/** All accounts, in the order in which they were made. */
export async function listAccounts({ db }: AdminDatabase): Promise<ListedAccount[]> {
  const listing: ListedAccount[] = [];
  for (let after: string | null = null; ; ) {
    const where: object = after === null ? {} : { id: { gt: after } };
    const page = await bound(asAdmin(), () =>
      db.user.findMany({ where, select: listed, orderBy: { id: "asc" }, take: pageSize }),
    );
    const tasks = await countTasks(
      db,
      page.map(({ id }) => id),
    );
    listing.push(
      ...page.map(({ id, email, createdAt, emailVerifiedAt, disabledAt }) => {
        const is = { isVerified: emailVerifiedAt !== null, isDisabled: disabledAt !== null };
        return { email, createdAt, ...is, tasks: tasks.get(id) ?? 0 };
      }),
    );
    after = page.at(-1)?.id ?? null;
    if (page.length < pageSize) return listing;
  }
}

async function countTasks(db: Db, userIds: string[]): Promise<Map<string, number>> {
  const counts = await bound(asAdmin(), () =>
    db.task.groupBy({ by: ["userId"], where: { userId: { in: userIds } }, _count: { _all: true } }),
  );
  return new Map(counts.map(({ userId, _count }) => [userId, _count._all]));
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
export async function requireAccount(database: AdminDatabase, address: string): Promise<FoundAccount> {
  const { key } = readEmail(address);
  const account = key === "" ? null : await createAccountStore(database.db).find(key);
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
  { db, now }: AdminDatabase,
  { id }: FoundAccount,
  disable: boolean,
): Promise<boolean> {
  const at = now();
  return bindToViewer(db, id).transaction(async (tables) => {
    const { count } = await tables.user.updateMany({
      where: { disabledAt: disable ? null : { not: null } },
      data: { disabledAt: disable ? at : null },
    });
    if (count > 0) await recordEvent(tables, disable ? "DISABLED" : "ENABLED", at, null);
    return count > 0;
  });
}

/** Ends all sessions of an account, and its personal tokens if they are to go too. @returns how many of each */
export async function endSessions({ db, now }: AdminDatabase, { id }: FoundAccount, withTokens: boolean) {
  return bindToViewer(db, id).transaction(async (tables) => {
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
export async function makeResetCode({ db, now }: AdminDatabase, account: FoundAccount): Promise<string> {
  const { id, email, isDisabled } = account;
  if (isDisabled) throw new StartError(`The account of ${email} is disabled: enable it first.`);
  return issueReset(bindToViewer(db, id), now(), null, null);
}

/** Deletes an account; all that is in it goes with the row. */
export async function deleteAccount({ pool }: AdminDatabase, { id }: FoundAccount): Promise<void> {
  const text = "DELETE FROM public.users WHERE id = $1";
  await pool.query(asUser(id), { text, values: [id], timeout: longTimeout });
}
