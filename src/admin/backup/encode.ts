import { createHash } from "node:crypto";
import type { KeptTable } from "../../db/backup/kept-tables.ts";
import type { Snapshot } from "../../db/backup/snapshot.ts";
import { endOfRows, formatVersion, type Header } from "./format.ts";
import { type Sum, Tally } from "./tally.ts";

/** Takes the name of a table and how many of its rows there were so far. */
export type OnRows = (table: string, rows: number) => void;

/** A table that has been written or read to its end. */
export type Summed = Sum & { table: string };

/**
 * A backup, not yet compressed.
 *
 * @param written gets each table when its rows are through
 * @throws Error when fewer rows were read than there are
 */
export async function* encode(
  snapshot: Snapshot,
  { now, onRows, written }: { now: Date; onRows: OnRows; written: Summed[] },
): AsyncGenerator<Buffer> {
  const { migrations, kept } = snapshot;
  const hash = createHash("sha256");
  const line = (value: object | string) => {
    const bytes = Buffer.from(`${typeof value === "string" ? value : JSON.stringify(value)}\n`);
    hash.update(bytes);
    return bytes;
  };
  const header: Header = {
    format: "ownlist-backup",
    version: formatVersion,
    createdAt: now.toISOString(),
    migrations,
  };
  yield line(header);
  for (const table of kept) {
    yield line({ table: table.name, columns: table.columns });
    const tally = new Tally();
    for await (const rows of snapshot.rowsOf(table)) {
      tally.add(rows);
      hash.update(rows);
      onRows(table.name, tally.rows);
      yield rows;
    }
    const sum = tally.sum();
    await checkCount(snapshot, table, sum.rows);
    yield line(endOfRows);
    yield line(sum);
    written.push({ table: table.name, ...sum });
  }
  const rows = written.reduce((all, sum) => all + sum.rows, 0);
  yield line({ tables: written.length, rows, sha256: hash.copy().digest("hex") });
}

async function checkCount(snapshot: Snapshot, table: KeptTable, rows: number): Promise<void> {
  const all = await snapshot.count(table);
  if (all !== null && all !== rows) throw new Error(`${rows} of ${all} rows of ${table.name} were read`);
}
