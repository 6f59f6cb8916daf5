import { asUser } from "../../db/binding.ts";
import type { BoundPool } from "../../db/bound-pool.ts";
import type { ViewerDb } from "../../db/viewer-db.ts";
import { invalidToken, Problems } from "../../errors.ts";
import type { SessionAsker, SignedInAsker } from "../../identity/asker.ts";
import { type Account, accountColumns, accountOf } from "../../identity/viewer.ts";
import { unstorable } from "../../rules/text.ts";
import { tell } from "../accounts/account-log.ts";
import { type ConfirmationDeps, confirmPassword, wrongPassword } from "../accounts/confirmation.ts";
import { readName } from "../accounts/name.ts";
import { normalisePassword } from "../accounts/password-rules.ts";
import { recordEvent } from "../security-log/service.ts";

/**
 * Changes what is given of an account's profile; what is left out stays.
 *
 * @param input a name that is null or blank is taken away
 * @throws ValidationError
 */
export async function updateProfile(
  db: ViewerDb,
  input: { name?: string | null | undefined },
): Promise<Account> {
  const problems = new Problems();
  const data = input.name === undefined ? null : { name: readName(input.name, problems) };
  problems.throwIfAny();
  const [user] =
    data === null
      ? await db.user.findMany({ select: accountColumns })
      : await db.user.updateManyAndReturn({ data, select: accountColumns });
  // Deleted since the request was let in.
  if (user === undefined) throw invalidToken();
  return accountOf(user);
}

export type ProfileDeps = ConfirmationDeps & { readonly pool: BoundPool };

/** @throws ValidationError for a text that can be nobody's password */
function checkText(path: string, password: string): void {
  const problems = new Problems();
  if (!password.isWellFormed()) problems.add([path], unstorable("The password", password));
  problems.throwIfAny();
}

/**
 * Sets another password and ends all sessions but the viewer's own. Of several changes at once one is made.
 *
 * @returns how many sessions have ended
 * @throws ValidationError, InvalidCredentialsError, Refusal RATE_LIMITED
 */
async function changePassword(
  deps: ProfileDeps,
  asker: SessionAsker,
  input: { currentPassword: string; newPassword: string },
): Promise<number> {
  const { db, viewer, caller } = asker;
  checkText("currentPassword", input.currentPassword);
  const problems = new Problems();
  const password = normalisePassword(input.newPassword);
  problems.add(["newPassword"], await deps.passwords.findProblem(password, viewer.email));
  problems.throwIfAny();

  const current = await confirmPassword(deps, asker, input.currentPassword);
  const hashedPassword = await deps.passwords.hash(password, caller);
  const revoked = await db.transaction(async (tables) => {
    const changed = await tables.user.updateMany({
      where: { hashedPassword: current },
      data: { hashedPassword },
    });
    if (changed.count === 0) throw wrongPassword();
    const { count } = await tables.session.deleteMany({ where: { id: { not: viewer.sessionId } } });
    // Sent before: whoever can read the mail could undo the change.
    await tables.code.deleteMany({ where: { purpose: "reset" } });
    await recordEvent(tables, "PASSWORD_CHANGED", deps.now(), caller);
    return count;
  });
  tell(deps, caller, { event: "changed the password", user: viewer.id, session: viewer.sessionId });
  return revoked;
}

/** Milliseconds that deleting may take; within the idle time of the HTTP server, and enough for a million tasks. */
const deletionTimeout = 50_000;

/** The tables of a user's things go with the user's row: their keys say so. */
const deletion = "DELETE FROM public.users WHERE id = $1 AND hashed_password = $2";

/**
 * Deletes the viewer's account with everything that is theirs, in one statement. Nothing of it can be brought back.
 *
 * @throws ValidationError, InvalidCredentialsError, Refusal RATE_LIMITED
 */
async function deleteAccount(
  deps: ProfileDeps,
  asker: SignedInAsker,
  input: { password: string },
): Promise<void> {
  checkText("password", input.password);
  const { viewer, caller } = asker;
  const hash = await confirmPassword(deps, asker, input.password);
  const { rowCount } = await deps.pool.query(asUser(viewer.id), {
    text: deletion,
    values: [viewer.id, hash],
    timeout: deletionTimeout,
  });
  if (rowCount === 0) throw wrongPassword();
  tell(deps, caller, { event: "deleted the account", user: viewer.id });
}

/** What takes the account's password. */
export function createProfile(deps: ProfileDeps) {
  return {
    changePassword: (asker: SessionAsker, input: Parameters<typeof changePassword>[2]) =>
      changePassword(deps, asker, input),
    deleteAccount: (asker: SignedInAsker, input: { password: string }) => deleteAccount(deps, asker, input),
  };
}
