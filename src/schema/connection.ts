import { z } from "zod";
import { badUserInput } from "../errors.ts";
import { defaultPageSize, maxPageSize } from "../rules/limits.ts";
import { once } from "./once.ts";

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

/** By id, which is made in the order of creation. */
export function newestFirst(name: string): Ordering {
  return { name, column: null, nullable: false, direction: "desc", key: z.null() };
}

export type PageArgs = {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
};

/** One statement of a page, to be sorted and cut as told. */
export type Slice = { where: Where; orderBy: Record<string, "asc" | "desc">[]; take: number };

/** How a list is read: its rows hold the id and the ordering's column. */
type Find<R> = (slice: Slice) => Promise<R[]>;

type Row = { id: string };
type Edge<R> = { readonly cursor: string; readonly node: R };

/** An entry whose cursor is made when it is asked for: mostly it is the last one's alone. */
class Entry<R> implements Edge<R> {
  readonly node: R;
  readonly #cursorOf: (row: R) => string;

  constructor(node: R, cursorOf: (row: R) => string) {
    this.node = node;
    this.#cursorOf = cursorOf;
  }

  get cursor(): string {
    return this.#cursorOf(this.node);
  }
}

/** Each part is read when it is asked for, and once. */
export type Connection<R> = {
  readonly edges: Promise<Edge<R>[]>;
  readonly pageInfo: {
    readonly startCursor: Promise<string | null>;
    readonly endCursor: Promise<string | null>;
    readonly hasNextPage: Promise<boolean>;
    readonly hasPreviousPage: Promise<boolean>;
  };
};

function readSize(name: string, size: number | null | undefined): number | null {
  if (size === null || size === undefined) return null;
  if (size >= 1 && size <= maxPageSize) return size;
  throw badUserInput(`${name} must be from 1 to ${maxPageSize}. Fetch further pages with a cursor.`);
}

/** Longer than any cursor: with the longest title, each unit of which JSON writes in six bytes, it has some 5,000. */
const maxCursorLength = 8192;

const Cursor = z.tuple([z.string(), z.unknown(), z.uuid()]);

function encodeCursor(order: Ordering, { key, id }: Place): string {
  return Buffer.from(JSON.stringify([order.name, key, id])).toString("base64url");
}

/** @throws Refusal BAD_USER_INPUT for what is no cursor of this order */
function decodeCursor(name: string, order: Ordering, cursor: string): Place {
  try {
    if (cursor.length > maxCursorLength) throw new RangeError("too long");
    const [orderName, key, id] = Cursor.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    if (orderName === order.name) return { key: order.key.parse(key), id };
  } catch {
    // Not base64, not JSON, not of the right form: all the same to the caller.
  }
  throw badUserInput(
    `${name} is not a cursor of this list in this order. Use one from its edges or pageInfo.`,
  );
}

const opposite = (walk: Walk): Walk => (walk === "forward" ? "backward" : "forward");

/** Filters for the rows past a place, nearest first, each a plain range of the index. */
function beyond(order: Ordering, { key, id }: Place, walk: Walk, inclusive = false): [Where, ...Where[]] {
  const forward = walk === "forward";
  const op = forward === (order.direction === "asc") ? "gt" : "lt";
  const { column } = order;
  const sameKey = { id: { [inclusive ? `${op}e` : op]: id } };
  if (column === null) return [sameKey];
  const tied = { [column]: key, ...sameKey };
  if (key === null) return forward ? [tied] : [tied, { [column]: { not: null } }];
  const further = { [column]: { [op]: key } };
  return order.nullable && forward ? [tied, further, { [column]: null }] : [tied, further];
}

/** The same for the rows past one place and short of another, so that no row outside is looked at. */
function rangeBetween(order: Ordering, from: Place, to: Place, walk: Walk): Where[] {
  const [tiedFrom, pastFrom] = beyond(order, from, walk);
  const [tiedTo, pastTo] = beyond(order, to, opposite(walk));
  if (order.column === null || from.key?.valueOf() === to.key?.valueOf()) {
    return [{ AND: [tiedFrom, tiedTo] }];
  }
  // Rows without a value come last, so nothing lies between one and a row with a value after it.
  if ((walk === "forward" ? from : to).key === null) return [];
  return [
    from.key === null ? tiedFrom : { AND: [tiedFrom, pastTo] },
    { AND: [pastFrom, pastTo] },
    to.key === null ? tiedTo : { AND: [tiedTo, pastFrom] },
  ];
}

/** The same from a place, or the end that the walk starts at, to another, or to the other end. */
function between(order: Ordering, from: Place | null, to: Place | null, walk: Walk): Where[] {
  if (from !== null && to !== null) return rangeBetween(order, from, to, walk);
  if (from !== null) return beyond(order, from, walk);
  if (to !== null) return beyond(order, to, opposite(walk)).reverse();
  const { column, nullable } = order;
  if (column === null || !nullable) return [{}];
  const [withValue, without] = [{ [column]: { not: null } }, { [column]: null }];
  return walk === "forward" ? [withValue, without] : [without, withValue];
}

/** Reads up to `take` rows of these ranges, in the order of the walk; full when there may be more. */
async function collect<R extends Row>(
  find: Find<R>,
  order: Ordering,
  walk: Walk,
  take: number,
  ranges: Where[],
): Promise<{ rows: R[]; isFull: boolean }> {
  const direction = (walk === "forward") === (order.direction === "asc") ? "asc" : "desc";
  const columns = order.column === null ? ["id"] : [order.column, "id"];
  const orderBy = columns.map((column) => ({ [column]: direction }) as const);
  const rows: R[] = [];
  for (const where of ranges) {
    const missing = take - rows.length;
    const found = await find({ where, orderBy, take: missing });
    // A row whose key changed between two statements may be in both ranges.
    rows.push(...found.filter((row) => rows.every((known) => known.id !== row.id)));
    if (found.length === missing) return { rows, isFull: true };
  }
  return { rows, isFull: false };
}

/**
 * Pages through a list.
 *
 * @throws Refusal BAD_USER_INPUT for page arguments that make no sense
 */
export function connect<R extends Row>(order: Ordering, args: PageArgs, find: Find<R>): Connection<R> {
  const first = readSize("first", args.first);
  const last = readSize("last", args.last);
  if (first !== null && last !== null)
    throw badUserInput("Ask for the first or for the last entries, not for both.");
  const after = args.after == null ? null : decodeCursor("after", order, args.after);
  const before = args.before == null ? null : decodeCursor("before", order, args.before);
  const walk = last === null ? "forward" : "backward";
  const [from, to] = walk === "forward" ? [after, before] : [before, after];
  const size = first ?? last ?? defaultPageSize;

  const placeOf = (row: R): Place => ({
    key: order.column === null ? null : ((row as R & Record<string, Key>)[order.column] as Key),
    id: row.id,
  });
  const cursorOf = (row: R) => encodeCursor(order, placeOf(row));
  const page = once(async () => {
    const { rows, isFull } = await collect(find, order, walk, size + 1, between(order, from, to, walk));
    const nodes = rows.slice(0, size);
    if (walk === "backward") nodes.reverse();
    return { nodes, hasMore: isFull };
  });
  /** Whether rows lie past an end of the page that has a bound; past an empty page, the one at the bound does. */
  async function hasRows(bound: Place | null, towards: Walk): Promise<boolean> {
    if (bound === null) return false;
    const { nodes } = await page();
    const outermost = towards === "forward" ? nodes.at(-1) : nodes[0];
    const ranges = outermost
      ? beyond(order, placeOf(outermost), towards)
      : beyond(order, bound, towards, true);
    return (await collect(find, order, towards, 1, ranges)).isFull;
  }
  /** On the side that the page was not read towards. */
  const hasOther = once(() => hasRows(from, opposite(walk)));
  /** On the side that it was read towards. */
  const hasFurther = once(async () => (await page()).hasMore || hasRows(to, walk));
  const edges = once(async () => {
    const { nodes } = await page();
    return nodes.map((node) => new Entry(node, cursorOf));
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
  };
}
