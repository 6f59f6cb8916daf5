import { z } from "zod";
import { StartError } from "../../runtime/start-error.ts";

/** The format that is written, and the only one that is read: see docs/backup.md. */
export const formatVersion = 1;

/** The line after a table's rows; no row is like it, since rows escape their backslashes. */
export const endOfRows = "\\.";

/** Bytes of a line at most: some times what the longest row takes. */
export const maxLine = 16 * 1024 * 1024;

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const headerLine = z.object({
  format: z.literal("ownlist-backup"),
  version: z.int(),
  /** When it was begun, by the clock of the machine that did. */
  createdAt: z.iso.datetime(),
  /** What had been applied to the database, in order. */
  migrations: z.array(z.object({ name: z.string(), checksum: sha256 })).min(1),
});
const tableLine = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });
const sumLine = z.object({ rows: count, sha256 });
/** The last: SHA-256 of all that stands before it. */
const endLine = z.object({ tables: count, rows: count, sha256 });

export type Header = z.infer<typeof headerLine>;
export type End = z.infer<typeof endLine>;

export const lines = { header: headerLine, table: tableLine, sum: sumLine, end: endLine };

/** @throws StartError which says that the backup is not as it was written */
export function damaged(what: string): StartError {
  return new StartError(`The backup is damaged: ${what}. Take another one.`);
}
