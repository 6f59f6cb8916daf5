import type { z } from "zod";
import { StartError } from "../../runtime/start-error.ts";
import type { OnRows, Summed } from "./encode.ts";
import { damaged, type End, formatVersion, type Header, lines } from "./format.ts";
import { LineReader } from "./line-reader.ts";
import { isSameSum, Tally } from "./tally.ts";

/** A table in a backup. Its rows have to be read to their end before the next one is asked for. */
export type BackupTable = {
  name: string;
  columns: string[];
  rows: AsyncIterable<Buffer>;
  /** What the rows came to; they are checked when they end. */
  summed(): Summed;
};

/** A backup that is being read. */
export type Backup = {
  header: Header;
  /** Ends when all is read and found to be as it was written. */
  tables: AsyncIterable<BackupTable>;
  close(): Promise<void>;
};

/**
 * Begins to read a backup.
 *
 * @param source not compressed any more
 * @throws StartError when it is none, or of a later format; when it is damaged, from wherever that shows
 */
export async function decode(source: AsyncIterable<Buffer>, onRows: OnRows): Promise<Backup> {
  const reader = new LineReader(source);
  const close = () => reader.close();
  try {
    const header = readHeader(await reader.line());
    return { header, tables: tablesOf(reader, onRows), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function readHeader(line: string | null): Header {
  const { success, data } = lines.header.safeParse(parse(line ?? ""));
  if (!success) throw new StartError("This is not a backup of Ownlist's.");
  if (data.version > formatVersion) {
    throw new StartError(
      `The backup is of the format ${data.version}, which is newer than this Ownlist: update Ownlist.`,
    );
  }
  return data;
}

async function* tablesOf(reader: LineReader, onRows: OnRows): AsyncGenerator<BackupTable> {
  const done: Summed[] = [];
  for (;;) {
    const before = reader.digest();
    const line = parse(await reader.line());
    const table = lines.table.safeParse(line);
    if (!table.success) {
      checkEnd(read(lines.end, line), done, before);
      if ((await reader.line()) !== null) throw damaged("something follows its end");
      return;
    }
    const { table: name, columns } = table.data;
    let summed: Summed | undefined;
    const note = (sum: Summed) => {
      summed = sum;
      done.push(sum);
    };
    yield {
      name,
      columns,
      rows: rowsOf(reader, name, onRows, note),
      summed() {
        if (summed === undefined) throw new Error(`the rows of ${name} were not read to their end`);
        return summed;
      },
    };
  }
}

async function* rowsOf(
  reader: LineReader,
  table: string,
  onRows: OnRows,
  note: (sum: Summed) => void,
): AsyncGenerator<Buffer> {
  const tally = new Tally();
  for await (const rows of reader.rows()) {
    tally.add(rows);
    onRows(table, tally.rows);
    yield rows;
  }
  const sum = tally.sum();
  const written = read(lines.sum, parse(await reader.line()));
  if (!isSameSum(sum, written)) throw damaged(`the rows of ${table} are not those that were written`);
  note({ table, ...sum });
}

function checkEnd({ tables, rows, sha256 }: End, done: Summed[], actual: string): void {
  const all = done.reduce((sum, table) => sum + table.rows, 0);
  if (tables !== done.length || rows !== all || sha256 !== actual)
    throw damaged("it is not what was written");
}

function read<T>(shape: z.ZodType<T>, line: unknown): T {
  const { success, data } = shape.safeParse(line);
  if (!success) throw damaged("a line that says what follows can't be read");
  return data;
}

/** @returns null for what is no JSON */
function parse(line: string | null): unknown {
  if (line === null) throw damaged("it ends too early");
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
