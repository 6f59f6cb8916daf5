import { z } from "zod";
import type { ViewerDb } from "../../db/viewer-db.ts";
import { badUserInput } from "../../errors.ts";
import type { Prisma } from "../../generated/prisma/client.ts";
import { foldTitle } from "../../rules/folding.ts";
import { maxSearchLength, maxSearchWords } from "../../rules/limits.ts";
import { priorities } from "../../rules/priority.ts";
import { unstorable } from "../../rules/text.ts";
import { type Connection, connect, type Ordering, type PageArgs } from "../../schema/connection.ts";
import { once } from "../../schema/once.ts";
import { readSearch } from "./search.ts";
import type { TaskQuery, TaskRow } from "./service.ts";

export type TaskFilter = {
  completed?: boolean | null | undefined;
  priority?: readonly number[] | null | undefined;
  dueFrom?: string | null | undefined;
  dueTo?: string | null | undefined;
  search?: string | null | undefined;
};

const instant = z.iso
  .datetime()
  .refine((text) => !text.startsWith("0000"))
  .transform((text) => new Date(text));

const isStorable = (text: string) => unstorable("", text) === null;

/** What each order sorts by, and the form of its key in a cursor. */
export const taskOrders = {
  // By id: the ids are made in the order of creation.
  CREATED_AT: { column: null, nullable: false, key: z.null() },
  UPDATED_AT: { column: "updatedAt", nullable: false, key: instant },
  DUE: { column: "dueLocal", nullable: true, key: instant.nullable() },
  PRIORITY: {
    column: "priority",
    nullable: false,
    key: z
      .int()
      .min(0)
      .max(priorities.length - 1),
  },
  // Folded again, for cursors from before the rule changed.
  TITLE: {
    column: "titleKey",
    nullable: false,
    key: z.string().max(1000).refine(isStorable).transform(foldTitle),
  },
} as const;

export type TaskOrder = { field: keyof typeof taskOrders; direction: "asc" | "desc" };

/** @returns a LIKE pattern's inside that matches a text to the letter; Prisma leaves its wildcards alive */
const escapeLike = (text: string) => text.replace(/[\\%_]/g, "\\$&");

function searchFilters(search: string): Prisma.TaskWhereInput[] {
  const problem = unstorable("search", search);
  if (problem !== null) throw badUserInput(problem);
  const words = readSearch(search);
  if (words === null) {
    throw badUserInput(`search takes at most ${maxSearchWords} words and ${maxSearchLength} characters.`);
  }
  return words.map((word) => {
    const contains = escapeLike(word);
    return { OR: [{ titleSearch: { contains } }, { descriptionSearch: { contains } }] };
  });
}

/** @throws Refusal BAD_USER_INPUT for a search that can't be made */
function filterTasks(filter: TaskFilter): Prisma.TaskWhereInput[] {
  const { completed, priority, dueFrom, dueTo, search } = filter;
  const filters: Prisma.TaskWhereInput[] = [{ deletedAt: null }];
  if (completed != null) filters.push({ completedAt: completed ? { not: null } : null });
  if (priority != null) filters.push({ priority: { in: [...new Set(priority)] } });
  if (dueFrom != null) filters.push({ dueLocal: { gte: new Date(`${dueFrom}T00:00:00Z`) } });
  if (dueTo != null) filters.push({ dueLocal: { lte: new Date(`${dueTo}T23:59:59Z`) } });
  if (search != null) filters.push(...searchFilters(search));
  return filters;
}

/** A page of tasks, and how many there are on all of them. */
export type TaskConnection = Connection<TaskRow> & { count(): Promise<number> };

/**
 * The viewer's tasks, a page at a time; nothing is read before it is asked for.
 *
 * @throws Refusal BAD_USER_INPUT
 */
export function listTasks(
  db: ViewerDb,
  page: PageArgs,
  filter: TaskFilter,
  { field, direction }: TaskOrder,
  query: TaskQuery,
): TaskConnection {
  const where = filterTasks(filter);
  const order: Ordering = { name: field, direction, ...taskOrders[field] };
  const select = { ...query.select, id: true, ...(order.column === null ? {} : { [order.column]: true }) };
  // Without a filter the next rows of an index are the page.
  const { task } = where.length > 1 ? db.charged : db;
  const tasks = connect(
    order,
    page,
    async ({ where: range, ...slice }) =>
      (await task.findMany({ where: { AND: [...where, range] }, ...slice, select })) as TaskRow[],
  );
  return Object.assign(tasks, { count: once(() => db.charged.task.count({ where: { AND: where } })) });
}
