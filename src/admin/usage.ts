import { parseArgs } from "node:util";

/** What can be asked for, besides --json and --help. */
type Option = "yes" | "tokens" | "days";

type Usage = { about: string; takesAddress: boolean; options: Partial<Record<Option, string>> };

export const usages = {
  users: {
    about:
      "list the accounts: address, created, verified, disabled, tasks (deleted ones of 30 days included)",
    takesAddress: false,
    options: {},
  },
  stats: { about: "count accounts and what they have", takesAddress: false, options: {} },
  "reset-password": {
    about: "print a code with which the owner sets a new password, once, within 24 hours",
    takesAddress: true,
    options: {},
  },
  disable: {
    about: "lock an account: nothing that it signed in with works",
    takesAddress: true,
    options: {},
  },
  enable: { about: "unlock it again", takesAddress: true, options: {} },
  "end-sessions": {
    about: "log the owner out everywhere",
    takesAddress: true,
    options: { tokens: "revoke personal tokens too" },
  },
  delete: {
    about: "delete an account with everything in it, for good",
    takesAddress: true,
    options: { yes: "do it" },
  },
  invite: {
    about: "print an invitation, good for one account",
    takesAddress: false,
    options: { days: "how long it is good: 1 to 365, 7 when left out" },
  },
} satisfies Record<string, Usage>;

export type CommandName = keyof typeof usages;

/** What was asked for. */
export type Request = {
  command: CommandName;
  /** As it was written; empty where the command takes none. */
  address: string;
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
  const [command = "", address = "", ...rest] = positionals;
  if (values.help === true || command === "help") return null;
  if (command === "") throw new UsageError("say which command");
  if (!isCommand(command)) throw new UsageError(`there is no command ${JSON.stringify(command)}`);
  checkOptions(command, Object.keys(values));
  const { takesAddress } = usages[command];
  if (takesAddress && address === "") throw new UsageError(`${command} takes the account's address`);
  if (rest.length > 0 || (!takesAddress && address !== ""))
    throw new UsageError(`${command} takes ${takesAddress ? "one address" : "no address"}`);
  return {
    command,
    address,
    isConfirmed: values.yes === true,
    withTokens: values.tokens === true,
    days: readDays(values.days),
    isJson: values.json === true,
  };
}

/** What there is to ask for, for people. */
export function helpText(): string {
  const commands = Object.entries(usages as Record<string, Usage>).flatMap(
    ([name, { about, takesAddress, options: own }]) => [
      `  ${(takesAddress ? `${name} ADDRESS` : name).padEnd(24)}${about}`,
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
