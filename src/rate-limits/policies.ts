/** So many points in so many seconds; the seconds start with the first point, and then all are free again. */
export type Policy = { readonly points: number; readonly seconds: number };

const minute = 60;
const hour = 60 * minute;

/** What is done one by one, and counted in the database before it is done. */
export const attemptPolicies = {
  /** Passwords tried on one account, by whoever tries: ten in a quarter of an hour are one too many. */
  "login-by-account": { points: 9, seconds: 15 * minute },
  "login-by-address": { points: 19, seconds: minute },
  /** Right or wrong, for each costs a hash: one every three seconds is more than anybody's scripts log in. */
  "passwords-by-account": { points: 200, seconds: 10 * minute },
  /** An office that comes to work may share an address. */
  "passwords-by-address": { points: 600, seconds: 10 * minute },
  "signup-by-address": { points: 300, seconds: hour },
  /** Each tells that somebody has an account. */
  "email-taken-by-address": { points: 5, seconds: hour },
  "refresh-by-session": { points: 1200, seconds: 10 * minute },
  /** Wrong refresh tokens belong to no session; many people may share an address. */
  "refresh-by-address": { points: 600, seconds: 10 * minute },
  "code-by-account": { points: 9, seconds: 15 * minute },
  "reset-by-account": { points: 5, seconds: hour },
  "reset-by-address": { points: 20, seconds: hour },
  "personal-tokens-by-user": { points: 30, seconds: hour },
  "export-by-user": { points: 6, seconds: hour },
} satisfies Record<string, Policy>;

/** What every request pays for by its cost, counted in memory and settled with the database. */
export const budgetPolicies = {
  "queries-by-user": { points: 180_000, seconds: minute },
  "mutations-by-user": { points: 36_000, seconds: minute },
  /** Without a credential there is little to ask for, and many people may share an address. */
  "signed-out-by-address": { points: 30_000, seconds: minute },
} satisfies Record<string, Policy>;

export type AttemptPolicy = keyof typeof attemptPolicies;
export type BudgetPolicy = keyof typeof budgetPolicies;
export type Policies = Record<AttemptPolicy | BudgetPolicy, Policy>;

export const defaultPolicies: Policies = { ...attemptPolicies, ...budgetPolicies };

/** How far somebody has got with a policy. */
export type Count = Policy & {
  readonly policy: AttemptPolicy | BudgetPolicy;
  /** Points that are left. */
  readonly remaining: number;
  /** Milliseconds until all points are free again. */
  readonly ms: number;
};

/** Whole seconds after which what is refused now passes. */
export const secondsUntilFree = ({ ms }: Pick<Count, "ms">) => Math.max(1, Math.ceil(ms / 1000));
