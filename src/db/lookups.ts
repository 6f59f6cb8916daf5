import { maxPageSize } from "../rules/limits.ts";

type Row = { id: string };
type Select = Readonly<Record<string, unknown>>;
type Find = (args: { where: object; select?: Select }) => Promise<Row[]>;

/**
 * Joins what is looked up by id in one tick, with the same filter and columns, into one statement for each page of
 * it. Prisma's own batches would join the look-ups of different users, whose statements can't be one.
 *
 * @returns what looks up one row
 */
export function createLookups(find: Find) {
  const waiting = new Map<string, { ids: Set<string>; rows: Promise<Map<string, Row>> }>();

  async function collect(key: string, ids: Set<string>, filter: object, select: Select | undefined) {
    await new Promise(process.nextTick);
    if (waiting.get(key)?.ids === ids) waiting.delete(key);
    const where = { ...filter, id: { in: [...ids] } };
    const rows = await find(select ? { where, select: { ...select, id: true } } : { where });
    return new Map(rows.map((row) => [row.id, row]));
  }

  return async (id: string, filter: object, select?: Select): Promise<Row | null> => {
    const key = JSON.stringify([filter, select]);
    let batch = waiting.get(key);
    if (batch === undefined || (batch.ids.size >= maxPageSize && !batch.ids.has(id))) {
      const ids = new Set<string>();
      batch = { ids, rows: collect(key, ids, filter, select) };
      waiting.set(key, batch);
    }
    batch.ids.add(id);
    return (await batch.rows).get(id) ?? null;
  };
}
