import type { Invites } from "../features/accounts/invites.ts";
import type { AdminDatabase } from "./accounts.ts";
import type { BackupSource, RestoreTarget } from "./backup/service.ts";
import type { Request } from "./usage.ts";

/** What came of a command: for people, and for scripts. */
export type CommandResult = {
  lines: string[];
  json: unknown;
  /** Whether something else has gone to standard output. */
  isStdoutTaken?: boolean;
};

/** What commands need; the database is opened when one asks for it. */
export type AdminDeps = {
  openDatabase(): Promise<AdminDatabase>;
  /** Where the database is, beside servers that use it. */
  findDatabase(): Promise<BackupSource>;
  /** The same for this process alone. */
  findEmptyDatabase(): Promise<RestoreTarget>;
  /** Takes lines for people that are no part of the answer. */
  onProgress(line: string): void;
  invites(): Invites;
  /** The origin at which people reach the web client; null where it is not known. */
  publicUrl: string | null;
  now: () => Date;
};

export type Command = (deps: AdminDeps, request: Request) => Promise<CommandResult>;
