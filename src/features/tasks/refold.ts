import type pg from "pg";
import type { Logger } from "pino";
import { asAdmin, asUser } from "../../db/binding.ts";
import type { BoundPool } from "../../db/bound-pool.ts";
import { keepFolded } from "../../db/folding.ts";
import { foldingRule } from "../../rules/folding.ts";
import { descriptionColumns, titleColumns } from "./task-text.ts";

/** Tasks that are looked at in one go: a few megabytes at most. */
const batchSize = 200;

/** Milliseconds that each statement may take, on a database that is busy with others. */
const timeout = 30_000;

type Row = {
  id: string;
  title: string;
  description: string | null;
  titleKey: string;
  titleSearch: string;
  descriptionSearch: string | null;
  version: number;
};

/**
 * Brings the columns that tasks are searched in and sorted by up to the rule of this code. Nothing else of a task
 * changes, `version` and `updatedAt` included.
 *
 * @param connection as the tables' owner; they are migrated
 * @throws StartError
 */
export async function refoldTasks(
  connection: pg.PoolConfig,
  { log, say }: { log: Logger; say: (line: string) => void },
): Promise<void> {
  await keepFolded(connection, foldingRule, log, async (pool) => {
    const owners = await pool.query<{ id: string }>(asAdmin(), {
      text: "SELECT DISTINCT user_id AS id FROM public.tasks",
      timeout,
    });
    if (owners.rows.length > 0) say("Preparing titles and descriptions for searching …");
    for (const { id } of owners.rows) await refoldTasksOf(pool, id);
  });
}

async function refoldTasksOf(pool: BoundPool, userId: string): Promise<void> {
  const text = `SELECT id, title, description, title_key AS "titleKey", title_search AS "titleSearch",
      description_search AS "descriptionSearch", version
    FROM public.tasks WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT ${batchSize}`;
  for (let after = "00000000-0000-0000-0000-000000000000"; ; ) {
    const { rows } = await pool.query<Row>(asUser(userId), { text, values: [userId, after], timeout });
    const changed = rows.flatMap(refold);
    if (changed.length > 0) await write(pool, userId, changed);
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return;
    after = last.id;
  }
}

/** @returns the row as it ought to be; none where it is so already */
function refold(row: Row): Row[] {
  const folded = { ...row, ...titleColumns(row.title), ...descriptionColumns(row.description) };
  const isSame =
    folded.titleKey === row.titleKey &&
    folded.titleSearch === row.titleSearch &&
    folded.descriptionSearch === row.descriptionSearch;
  return isSame ? [] : [folded];
}

async function write(pool: BoundPool, userId: string, rows: Row[]): Promise<void> {
  // What somebody has changed meanwhile was folded then.
  const text = `UPDATE public.tasks
    SET title_key = folded.key, title_search = folded.search, description_search = folded.description
    FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[])
      AS folded (id, version, key, search, description)
    WHERE user_id = $1 AND tasks.id = folded.id AND tasks.version = folded.version`;
  const values = [
    userId,
    rows.map(({ id }) => id),
    rows.map(({ version }) => version),
    rows.map(({ titleKey }) => titleKey),
    rows.map(({ titleSearch }) => titleSearch),
    rows.map(({ descriptionSearch }) => descriptionSearch),
  ];
  await pool.query(asUser(userId), { text, values, timeout });
}
