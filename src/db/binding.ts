import { AsyncLocalStorage } from "node:async_hooks";
import type { Share } from "./shares.ts";

/** The roles that statements run as: see the migrations that make them. */
export const roles = [
  "ownlist_app",
  "ownlist_login",
  "ownlist_housekeeping",
  "ownlist_limits",
  "ownlist_admin",
] as const;

type Role = (typeof roles)[number];

/**
 * What has to hold before anything runs with a binding, like the session of whoever asks: a statement that itself fails in
 * PostgreSQL where it does not, and answers one row where it does. It goes in front of each statement that runs with the
 * binding, in the same transaction, until it has passed. See docs/decisions/028-lanes.md.
 */
export type Guard = {
  readonly statement: { readonly name: string; readonly text: string; readonly values: unknown[] };
  /** Whether it held, so that it is not asked again. */
  isPassed: boolean;
  /**
   * Told of the row that it answered, before anybody hears of the statement behind it; of several statements at once for
   * each of them, in any order.
   */
  pass(row: Record<string, unknown>): void;
  /** What kept a statement behind it from being executed; of several at once others may have been. */
  failure?: unknown;
};

/** On whose behalf a statement runs: the database role it runs as, and the setting that the role's policies look at. */
export type Binding = {
  readonly role: Role;
  readonly setting: "app.user_id" | "app.email_key" | "app.now" | "app.limit_key" | "app.admin";
  readonly value: string;
  /** Whose share of the connections it takes: see shares.ts. */
  readonly share: Share;
  /** Whether somebody pays for the time that it takes. */
  readonly isCharged?: boolean;
  /** Whether what it reads may be so large that nobody should wait behind it. */
  readonly isLarge?: boolean;
  /** Left out where who asks is known to be allowed to. */
  readonly guard?: Guard | undefined;
};

/**
 * Reaches the rows of one user.
 * @param share the user's own unless somebody else is to wait for it
 */
export function asUser(userId: string, share: Share = { key: userId }): Binding {
  return { role: "ownlist_app", setting: "app.user_id", value: userId, share };
}

/** The same at the user's expense, one statement at a time: each may keep a core busy. */
export function asCharged(userId: string): Binding {
  return { ...asUser(userId, { key: `charged ${userId}`, isSerial: true }), isCharged: true };
}

/** Reaches one account, to be read by whoever signs up or logs in; nothing else. */
export function asAddress(emailKey: string): Binding {
  const share = { key: `address ${emailKey}`, isSerial: true };
  return { role: "ownlist_login", setting: "app.email_key", value: emailKey, share };
}

/** What reads as it is at one moment, and may take minutes: of whomever it is, so that they never have most of a pool. */
export const snapshots: Share = { key: "snapshots" };

/** What removes what has expired, of whomever it is. */
export const housekeeping: Share = { key: "housekeeping", isSerial: true };

/** Sees which rows have had their time at `now`: their keys, and nothing else. */
export function asHousekeeper(now: Date): Binding {
  return { role: "ownlist_housekeeping", setting: "app.now", value: now.toISOString(), share: housekeeping };
}

/** Reaches one count of rate limits, whose statements would only wait for each other's in the database. */
export function asLimit(key: string): Binding {
  return {
    role: "ownlist_limits",
    setting: "app.limit_key",
    value: key,
    share: { key: `limit ${key}`, isSerial: true },
  };
}

/** Lists accounts and counts what they have, for the operator; changes nothing. */
export function asAdmin(): Binding {
  const share = { key: "admin" };
  return { role: "ownlist_admin", setting: "app.admin", value: "list", share };
}

/** What runs without a binding reaches no rows. */
const nobody = asUser("");

const current = new AsyncLocalStorage<Binding>();

/** Runs what goes through Prisma, which has no other way to say on whose behalf it is. */
export function bound<T>(binding: Binding, run: () => PromiseLike<T>): Promise<T> {
  // Prisma starts when it is awaited, so it is awaited in here.
  return current.run(binding, async () => await run());
}

export function currentBinding(): Binding {
  return current.getStore() ?? nobody;
}
