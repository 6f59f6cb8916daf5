import type pg from "pg";
import type { KeptTable } from "../../db/backup/kept-tables.ts";
import { type Refill, refill } from "../../db/backup/refill.ts";
import { withSnapshot } from "../../db/backup/snapshot.ts";
import { StartError } from "../../runtime/start-error.ts";
import { type Backup, type BackupTable, decode } from "./decode.ts";
import { encode, type OnRows, type Summed } from "./encode.ts";

import { damaged, type Header } from "./format.ts";
import { readCompressed } from "./input.ts";
import { checkTarget, type Target, writeCompressed } from "./output.ts";
import { isSameSum, Tally } from "./tally.ts";

export type { OnRows, Summed };

/** What is in a backup. */
export type Contents = { header: Header; tables: Summed[] };

/** Where a database is. */
export type BackupSource = { connection: pg.PoolConfig; migrationsDir: string };

/** Where one is that may be empty. */
export type RestoreTarget = BackupSource & {
  /** Whether a server that works on it can be told by its connections. */
  seesServers: boolean;
};

/**
 * Writes everything that is in the database at one moment; servers go on meanwhile.
 *
 * @param find is asked when the target is known to be free
 * @returns what was written, and which tables were left out because they are not Ownlist's
 * @throws StartError when it can't be read or written
 */
export async function takeBackup(
  find: () => Promise<BackupSource>,
  target: Target,
  { now, onRows }: { now: Date; onRows: OnRows },
): Promise<{ tables: Summed[]; foreign: string[] }> {
  const written: Summed[] = [];
  checkTarget(target);
  return withSnapshot(await find(), async (snapshot) => {
    await writeCompressed(target, encode(snapshot, { now, onRows, written }));
    return { tables: written, foreign: snapshot.foreign };
  });
}

/**
 * Reads a backup to its end.
 *
 * @param path a file, or `-` for standard input
 * @throws StartError when it is not as it was written
 */
export async function checkBackup(path: string, onRows: OnRows): Promise<Contents> {
  return reading(path, onRows, async ({ header, tables }) => {
    const all: Summed[] = [];
    for await (const table of tables) {
      for await (const _ of table.rows);
      all.push(table.summed());
    }
    return { header, tables: all };
  });
}

/**
 * Puts a backup into an empty database, and compares what is in it then.
 *
 * @param find is asked when there is a backup
 * @returns what was restored
 * @throws StartError; the database is as it was before then
 */
export async function restoreBackup(
  path: string,
  find: () => Promise<RestoreTarget>,
  onRows: OnRows,
): Promise<Contents> {
  return reading(path, onRows, async ({ header, tables }) => {
    const place = await find();
    const restored = await refill({ ...place, migrations: header.migrations }, (database) =>
      fillAll(database, tables),
    );
    return { header, tables: restored };
  });
}

async function reading<T>(path: string, onRows: OnRows, work: (backup: Backup) => Promise<T>): Promise<T> {
  const backup = await decode(readCompressed(path), onRows);
  try {
    return await work(backup);
  } finally {
    await backup.close();
  }
}

async function fillAll(database: Refill, tables: AsyncIterable<BackupTable>): Promise<Summed[]> {
  const expected = [...database.tables];
  const all: Summed[] = [];
  for await (const table of tables) {
    const into = expected.shift();
    if (into === undefined || !isLike(table, into)) throw damaged("its tables are not those of its version");
    await database.fill(into, table.columns, table.rows);
    all.push(table.summed());
  }
  if (expected.length > 0) throw damaged("there are tables missing");
  for (const [index, table] of database.tables.entries()) await compare(database, table, all[index]);
  return all;
}

function isLike({ name, columns }: BackupTable, table: KeptTable): boolean {
  return name === table.name && columns.join() === table.columns.join();
}

/** What the database says that it has, against what the backup says. */
async function compare(database: Refill, table: KeptTable, written: Summed | undefined): Promise<void> {
  const tally = new Tally();
  for await (const rows of database.rowsOf(table)) tally.add(rows);
  if (written === undefined || !isSameSum(tally.sum(), written))
    throw new StartError(`The rows of ${table.name} are not the same in the database as in the backup.`);
}
