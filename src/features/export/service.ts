import type { ViewerDb, ViewerTables } from "../../db/viewer-db.ts";
import { invalidToken } from "../../errors.ts";
import { accountOf } from "../../identity/viewer.ts";
import { accountEntry, exported, format, type List, lists } from "./document.ts";
import { longestTurn } from "./export-queue.ts";

/** Rows that are in memory at once: some twenty megabytes where each description is as long as it may be. */
export const pageSize = 250;

/** UTF-16 units of entries that are handed on in one piece. */
const pieceLength = 262_144;

/** A list of the document, oldest first, one entry a line. */
async function* textOf(name: string, list: List, tables: ViewerTables, now: Date): AsyncGenerator<string> {
  let piece = `,\n"${name}": [`;
  let separator = "\n";
  let where = {};
  for (let isLast = false; !isLast; ) {
    const rows = await list(tables, { where, orderBy: { id: "asc" }, take: pageSize }, now);
    for (const { entry } of rows) {
      piece += separator + JSON.stringify(entry);
      separator = ",\n";
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = "";
    }
    const last = rows.at(-1);
    isLast = last === undefined || rows.length < pageSize;
    if (last !== undefined) where = { id: { gt: last.id } };
  }
  yield `${piece}\n]`;
}

/** Whatever is not a list. */
async function headOf(tables: ViewerTables, now: Date): Promise<string> {
  const [user] = await tables.user.findMany({ select: exported.User });
  if (user === undefined) throw invalidToken();
  const account = accountEntry(accountOf(user));
  const head = { ...format, exportedAt: now, account };
  const members = Object.entries(head).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
  return members.join(",\n");
}

/** The document in pieces, each made when the one before has been taken. */
async function* documentOf(tables: ViewerTables, now: Date): AsyncGenerator<string> {
  yield `{\n${await headOf(tables, now)}`;
  for (const [name, list] of Object.entries(lists)) yield* textOf(name, list, tables, now);
  yield "\n}\n";
}

/**
 * Writes all that an account holds, as it is at one moment, as one JSON document.
 *
 * @param write takes a piece, and the next is made when it is done with it
 * @throws whatever `write` or the database throws; the document then lacks its end
 */
export async function exportAccount(
  db: ViewerDb,
  now: Date,
  write: (text: string) => Promise<void>,
): Promise<void> {
  await db.snapshot(longestTurn, async (tables) => {
    for await (const text of documentOf(tables, now)) await write(text);
  });
}
