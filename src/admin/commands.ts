import { inviteLink, resetLink } from "../mail/letters.ts";
import { handedResetHours } from "../rules/limits.ts";
import { daysKept } from "../rules/retention.ts";
import { StartError } from "../runtime/start-error.ts";
import {
  countAll,
  deleteAccount,
  endSessions,
  listAccounts,
  makeResetCode,
  requireAccount,
  setDisabled,
} from "./accounts.ts";
import { backup, check, restore } from "./backups.ts";
import type { Command } from "./command.ts";
import { plural } from "./plural.ts";
import { formatTable } from "./table.ts";
import type { CommandName } from "./usage.ts";

const day = 86_400_000;
const yesNo = (is: boolean) => (is ? "yes" : "no");

const users: Command = async ({ openDatabase }) => {
  const listing = await listAccounts(await openDatabase());
  const rows = listing.map(({ email, createdAt, isVerified, isDisabled, tasks }) => [
    email,
    createdAt.toISOString().slice(0, 10),
    yesNo(isVerified),
    yesNo(isDisabled),
    String(tasks),
  ]);
  return {
    lines: formatTable(["ADDRESS", "CREATED", "VERIFIED", "DISABLED", "TASKS"], rows),
    json: listing,
  };
};

const stats: Command = async ({ openDatabase }) => {
  const counts = await countAll(await openDatabase());
  const { users: all, verified, disabled, sessions, personalTokens, tasks } = counts;
  const lines = [
    `${plural(all, "account")}, ${verified} verified, ${disabled} disabled`,
    plural(sessions, "session"),
    plural(personalTokens, "personal token"),
    `${plural(tasks, "task")}, deleted ones of the last ${daysKept.deletedTask} days included`,
  ];
  return { lines, json: counts };
};

const resetPassword: Command = async ({ openDatabase, publicUrl, now }, { address }) => {
  const database = await openDatabase();
  const account = await requireAccount(database, address);
  const { email } = account;
  const expiresAt = new Date(now().getTime() + (handedResetHours * day) / 24);
  const code = await makeResetCode(database, account);
  const link = publicUrl === null ? null : resetLink(publicUrl, email, code);
  const lines = [
    `With this code the owner of ${email} sets a new password, once, within ${handedResetHours} hours:`,
    `  ${code}`,
    ...(link === null ? [] : [`  ${link}`]),
  ];
  return { lines, json: { email, code, link, expiresAt } };
};

function switchTo(isDisabled: boolean): Command {
  const word = isDisabled ? "disabled" : "enabled";
  return async ({ openDatabase }, { address }) => {
    const database = await openDatabase();
    const account = await requireAccount(database, address);
    const hasChanged = await setDisabled(database, account, isDisabled);
    const line = `The account of ${account.email} is ${word}${hasChanged ? "" : ", as it was before"}.`;
    return { lines: [line], json: { email: account.email, isDisabled, hasChanged } };
  };
}

const endAll: Command = async ({ openDatabase }, { address, withTokens }) => {
  const database = await openDatabase();
  const account = await requireAccount(database, address);
  const { sessions, tokens } = await endSessions(database, account, withTokens);
  const ended = [plural(sessions, "session"), ...(withTokens ? [plural(tokens, "personal token")] : [])];
  return {
    lines: [`Ended ${ended.join(" and ")} of ${account.email}.`],
    json: { email: account.email, endedSessions: sessions, revokedTokens: tokens },
  };
};

const remove: Command = async ({ openDatabase }, { address, isConfirmed }) => {
  const database = await openDatabase();
  const account = await requireAccount(database, address);
  const { email } = account;
  if (!isConfirmed)
    throw new StartError(
      `This deletes the account of ${email} and everything in it for good: add --yes to do it.`,
    );
  await deleteAccount(database, account);
  return { lines: [`Deleted the account of ${email}.`], json: { email, isDeleted: true } };
};

const invite: Command = async ({ invites, publicUrl, now }, { days }) => {
  const expiresAt = new Date(now().getTime() + days * day);
  const code = invites().issue(expiresAt);
  const link = publicUrl === null ? null : inviteLink(publicUrl, code);
  const lines = [
    `An invitation, good for one account within ${plural(days, "day")}:`,
    `  ${code}`,
    ...(link === null ? [] : [`  ${link}`]),
  ];
  return { lines, json: { code, link, expiresAt } };
};

export const commands: Record<CommandName, Command> = {
  users,
  stats,
  "reset-password": resetPassword,
  disable: switchTo(true),
  enable: switchTo(false),
  "end-sessions": endAll,
  delete: remove,
  invite,
  backup,
  "check-backup": check,
  restore,
};
