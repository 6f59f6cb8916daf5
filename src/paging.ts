import { z } from "zod";
import { badUserInput } from "./errors.ts";

/**
 * Relay pages (relay.dev/graphql/connections.htm) by key, not by offset: a cursor holds the sort key and the id
 * of its row, and a page is read from the index at that place. So a page costs the same anywhere in a list,
 * and stays right while rows come and go, its cursor's own row included.
 */

/** What a list can be sorted by, made to be compared: null is for rows without a value. */
type Key = Date | string | number | null;

type Place = { key: Key; id: string };
type Where = Record<string, unknown>;
type Walk = "forward" | "backward";

export type Ordering = {
  /** Stands in the cursors, so that one of another order is refused. */
  readonly name: string;
  /** What is sorted by before the id; null for the id alone. */
  readonly column: string | null;
  /** Rows without a value come last, in either direction. */
  readonly nullable: boolean;
  readonly direction: "asc" | "desc";
  /** Reads a key back from a cursor. */
  readonly key: z.ZodType<Key>;
};

export type PageArgs = {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
};

/** One statement of a page: the parts of its filter all hold, and it is to be sorted and cut as told. */
export type Slice = { where: Where[]; orderBy: Record<string, "asc" | "desc">[]; take: number };

/** How a list is read: its rows hold the id and the ordering's column. */
export type Source<R> = { find(slice: Slice): Promise<R[]>; count(): Promise<number> };

type Row = { id: string };
type Edge<R> = { cursor: string; node: R };

/** Each part is read when it is asked for, and once. */
export type Connection<R> = {
  readonly edges: Promise<Edge<R>[]>;
  readonly pageInfo: {
    readonly startCursor: Promise<string | null>;
    readonly endCursor: Promise<string | null>;
    readonly hasNextPage: Promise<boolean>;
    readonly hasPreviousPage: Promise<boolean>;
  };
  readonly totalCount: Promise<number>;
};

export const defaultPageSize = 50;
export const maxPageSize = 100;

function readSize(name: string, size: number | null | undefined): number | null {
  if (size === null || size === undefined) return null;
  if (size >= 1 && size <= maxPageSize) return size;
  throw badUserInput(`${name} must be from 1 to ${maxPageSize}. Fetch further pages with a cursor.`);
}

const Cursor = z.tuple([z.string(), z.unknown(), z.uuid()]);

function encodeCursor(order: Ordering, { key, id }: Place): string {
  return Buffer.from(JSON.stringify([order.name, key, id])).toString("base64url");
}

/** @throws Refusal BAD_USER_INPUT for what is no cursor of this order */
function decodeCursor(name: string, order: Ordering, cursor: string): Place {
  try {
    const [orderName, key, id] = Cursor.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    if (orderName === order.name) return { key: order.key.parse(key), id };
  } catch {
    // Not base64, not JSON, not of the right form: all the same to the caller.
  }
  throw badUserInput(`${name} is not a cursor of this list in this order. Use one from its edges or pageInfo.`);
}

/** Filters for the rows past a place, nearest first, each a plain range of the index. */
function beyond(order: Ordering, place: Place, walk: Walk): Where[] {
  const forward = walk === "forward";
  const op = forward === (order.direction === "asc") ? "gt" : "lt";
  const { column } = order;
  if (column === null) return [{ id: { [op]: place.id } }];
  const tied = { [column]: place.key, id: { [op]: place.id } };
  if (place.key === null) return forward ? [tied] : [tied, { [column]: { not: null } }];
  const further = { [column]: { [op]: place.key } };
  return order.nullable && forward ? [tied, further, { [column]: null }] : [tied, further];
}

/** The same for a whole list. */
function everything({ column, nullable }: Ordering, walk: Walk): Where[] {
  if (column === null || !nullable) return [{}];
  const [withValue, without] = [{ [column]: { not: null } }, { [column]: null }];
  return walk === "forward" ? [withValue, without] : [without, withValue];
}

/** Reads up to `take` rows from a place (or from the end that the walk starts at), in the order of the walk. */
async function collect<R extends Row>(
  { find }: Source<R>,
  order: Ordering,
  walk: Walk,
  take: number,
  from: Place | null,
  to: Place | null,
): Promise<R[]> {
  const direction = (walk === "forward") === (order.direction === "asc") ? "asc" : "desc";
  const columns = order.column === null ? ["id"] : [order.column, "id"];
  const orderBy = columns.map((column) => ({ [column]: direction }) as const);
  const limit = to === null ? [] : [{ OR: beyond(order, to, walk === "forward" ? "backward" : "forward") }];
  const rows: R[] = [];
  for (const range of from === null ? everything(order, walk) : beyond(order, from, walk)) {
    if (rows.length === take) break;
    const found = await find({ where: [range, ...limit], orderBy, take: take - rows.length });
    // A row whose key changed between two statements may be in both ranges.
    rows.push(...found.filter((row) => rows.every((known) => known.id !== row.id)));
  }
  return rows;
}

/** Puts a computation off until somebody asks, and runs it once. */
function once<T>(compute: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= compute();
    return result;
  };
}

/**
 * Pages through a list.
 *
 * @throws Refusal BAD_USER_INPUT for page arguments that make no sense
 */
export function connect<R extends Row>(order: Ordering, args: PageArgs, source: Source<R>): Connection<R> {
  const first = readSize("first", args.first);
  const last = readSize("last", args.last);
  if (first !== null && last !== null) throw badUserInput("Ask for the first or for the last entries, not for both.");
  const after = args.after == null ? null : decodeCursor("after", order, args.after);
  const before = args.before == null ? null : decodeCursor("before", order, args.before);
  const walk = last === null ? "forward" : "backward";
  const [from, to] = walk === "forward" ? [after, before] : [before, after];
  const size = first ?? last ?? defaultPageSize;

  const placeOf = (row: R): Place => ({
    key: order.column === null ? null : (row as R & Record<string, Key>)[order.column] as Key,
    id: row.id,
  });
  const page = once(async () => {
    const rows = await collect(source, order, walk, size + 1, from, to);
    const nodes = rows.slice(0, size);
    if (walk === "backward") nodes.reverse();
    return { nodes, hasMore: rows.length > size };
  });
  /** Whether rows lie on the side that the page was not read towards. */
  const hasOther = once(async () => {
    if (from === null) return false;
    const { nodes } = await page();
    const nearest = walk === "forward" ? nodes[0] : nodes.at(-1);
    const place = nearest === undefined ? from : placeOf(nearest);
    const back = walk === "forward" ? "backward" : "forward";
    return (await collect(source, order, back, 1, place, null)).length > 0;
  });
  /** Whether rows lie past the page's far end; with a bound there, those beyond it count as well. */
  const hasFurther = once(async () => {
    if ((await page()).hasMore) return true;
    return to !== null && (await collect(source, order, walk, 1, to, null)).length > 0;
  });
  const total = once(() => source.count());
  const edges = once(async () => {
    const { nodes } = await page();
    return nodes.map((node) => ({ cursor: encodeCursor(order, placeOf(node)), node }));
  });
  return {
    get edges() {
      return edges();
    },
    pageInfo: {
      get startCursor() {
        return edges().then((all) => all[0]?.cursor ?? null);
      },
      get endCursor() {
        return edges().then((all) => all.at(-1)?.cursor ?? null);
      },
      get hasNextPage() {
        return walk === "forward" ? hasFurther() : hasOther();
      },
      get hasPreviousPage() {
        return walk === "forward" ? hasOther() : hasFurther();
      },
    },
    get totalCount() {
      return total();
    },
  };
}
