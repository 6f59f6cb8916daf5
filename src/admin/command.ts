import type { Invites } from "../features/accounts/invites.ts";
import type { Books } from "./accounts.ts";
import type { EmptyPlace, Place } from "./backup/service.ts";
import type { Request } from "./usage.ts";

/** What came of a command: for people, and for scripts. */
export type Report = {
  lines: string[];
  json: unknown;
  /** Whether something else has gone to standard output. */
  isAside?: boolean;
};

/** What commands need; the database is opened when one asks for it. */
export type Office = {
  openBooks(): Promise<Books>;
  /** Where the database is, beside servers that use it. */
  findDatabase(): Promise<Place>;
  /** The same for this process alone. */
  findEmptyDatabase(): Promise<EmptyPlace>;
  /** Takes lines for people that are no part of the answer. */
  onProgress(line: string): void;
  invites(): Invites;
  /** The origin at which people reach the web client; null where it is not known. */
  publicUrl: string | null;
  now: () => Date;
};

export type Command = (office: Office, request: Request) => Promise<Report>;
