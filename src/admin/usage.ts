import { parseArgs } from "node:util";
import { handedResetHours } from "../rules/limits.ts";
import { daysKept } from "../rules/retention.ts";

/** What can be asked for, besides --json and --help. */
type Option = "yes" | "tokens" | "days" | "force";

/** What comes after a command: an account's address, a file's name, or nothing. */
type Subject = "address" | "file" | null;

type Usage = { about: string; takes: Subject; options: Partial<Record<Option, string>> };

export const usages = {
  users: {
    about: `list the accounts: address, created, verified, disabled, tasks (deleted ones of ${daysKept.deletedTask} days included)`,
    takes: null,
    options: {},
  },
  stats: { about: "count accounts and what they have", takes: null, options: {} },
  "reset-password": {
    about: `print a code with which the owner sets a new password, once, within ${handedResetHours} hours`,
    takes: "address",
    options: {},
  },
  disable: {
    about: "lock an account: nothing that it signed in with works",
    takes: "address",
    options: {},
  },
  enable: { about: "unlock it again", takes: "address", options: {} },
  "end-sessions": {
    about: "log the owner out everywhere",
    takes: "address",
    options: { tokens: "revoke personal tokens too" },
  },
  delete: {
    about: "delete an account with everything in it, for good",
    takes: "address",
    options: { yes: "do it" },
  },
  invite: {
    about: "print an invitation, good for one account",
    takes: null,
    options: { days: "how long it is good: 1 to 365, 7 when left out" },
  },
  backup: {
    about: "write all there is to a file, or to standard output for -",
    takes: "file",
    options: { force: "replace a file that is there" },
  },
  "check-backup": { about: "read a backup to its end and say what is in it", takes: "file", options: {} },
  restore: {
    about: "fill an empty database from a backup, or from standard input for -",
    takes: "file",
    options: {},
  },
} satisfies Record<string, Usage>;

export type CommandName = keyof typeof usages;

/** What was asked for. */
export type Request = {
  command: CommandName;
  /** As it was written; empty where the command takes none. */
  address: string;
  /** The name of a file, or `-`; empty where the command takes none. */
  file: string;
  isForced: boolean;
  isConfirmed: boolean;
  withTokens: boolean;
  days: number;
  isJson: boolean;
};

/** A command line that says nothing that can be done. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(usages, name);

const options = {
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  yes: { type: "boolean" },
  tokens: { type: "boolean" },
  days: { type: "string" },
  force: { type: "boolean" },
} as const;

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    throw new UsageError(message.split(/[.\n]/)[0] || "these arguments can't be read");
  }
}

/** @throws UsageError */
function checkOptions(command: CommandName, given: string[]): void {
  const taken: string[] = ["json", ...Object.keys(usages[command].options)];
  const foreign = given.find((name) => !taken.includes(name));
  if (foreign !== undefined) throw new UsageError(`${command} takes no --${foreign}`);
}

function readDays(text = "7"): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > 365) throw new UsageError("--days takes a number from 1 to 365");
  return days;
}

/**
 * Reads a command line.
 * @returns null where help is asked for
 * @throws UsageError
 */
export function readRequest(args: string[]): Request | null {
  const { values, positionals } = parse(args);
  const [command = "", ...subjects] = positionals;
  if (values.help === true || command === "help") return null;
  if (command === "") throw new UsageError("say which command");
  if (!isCommand(command)) throw new UsageError(`there is no command ${JSON.stringify(command)}`);
  checkOptions(command, Object.keys(values));
  const { takes } = usages[command];
  const subject = readSubject(command, takes, subjects);
  return {
    command,
    address: takes === "address" ? subject : "",
    file: takes === "file" ? subject : "",
    isForced: values.force === true,
    isConfirmed: values.yes === true,
    withTokens: values.tokens === true,
    days: readDays(values.days),
    isJson: values.json === true,
  };
}

/** @throws UsageError */
function readSubject(command: CommandName, takes: Subject, [subject = "", ...rest]: string[]): string {
  if (takes === null && subject !== "") throw new UsageError(`${command} takes no address`);
  if (takes === "address" && subject === "") throw new UsageError(`${command} takes the account's address`);
  if (takes === "file" && subject === "")
    throw new UsageError(`${command} takes the name of a file, or - for a pipe`);
  if (rest.length > 0) throw new UsageError(`${command} takes one ${takes}`);
  return subject;
}

/** What there is to ask for, for people. */
export function helpText(): string {
  const commands = Object.entries(usages as Record<string, Usage>).flatMap(
    ([name, { about, takes, options: own }]) => [
      `  ${(takes === null ? name : `${name} ${takes.toUpperCase()}`).padEnd(24)}${about}`,
      ...Object.entries(own).map(
        ([option, what]) => `    ${(option === "days" ? "--days N" : `--${option}`).padEnd(22)}${what}`,
      ),
    ],
  );
  return [
    "npm run admin -- COMMAND, with the server's own environment; the server may run meanwhile.",
    "",
    ...commands,
    "",
    "  --json                  one JSON document, for scripts (with npm run --silent admin -- …)",
    "  --help                  this",
  ].join("\n");
}
