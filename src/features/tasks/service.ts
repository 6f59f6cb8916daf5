import type { ViewerDb } from "../../db/viewer-db.ts";
import { ConflictError, NotFoundError, Problems } from "../../errors.ts";
import type { Prisma } from "../../generated/prisma/client.ts";
import { daysBefore, daysKept } from "../../rules/retention.ts";
import { newId, timeOf } from "../../schema/ids.ts";
import { type DueInput, readDue } from "./due.ts";
import { mapPlainFields, type PlainField, readPlainFields } from "./fields.ts";
import { checkDescription, descriptionColumns, readTitle, titleColumns } from "./task-text.ts";

/** The start of the time in which deletions can still be undone. */
export const restorableSince = (now: Date): Date => daysBefore(now, daysKept.deletedTask);

/** What its owner sees of one. */
export const taskColumns = {
  id: true,
  title: true,
  description: true,
  completedAt: true,
  dueLocal: true,
  dueTimeZone: true,
  ...mapPlainFields(() => true as const),
  version: true,
  createdAt: true,
  updatedAt: true,
} as const;

/** The columns that the caller wants of a task. */
export type TaskQuery = { select: Prisma.TaskSelect };
export type TaskRow = Prisma.TaskGetPayload<object>;

type Fields = { title: string; description: string; due: DueInput } & { [F in PlainField]: TaskRow[F] };
type Patch<T> = { [K in keyof T]?: T[K] | null | undefined };

/** @throws ValidationError */
export async function createTask(
  db: ViewerDb,
  input: Patch<Fields> & { title: string },
  query: TaskQuery,
): Promise<TaskRow> {
  const columns = readColumns(input);
  const id = newId();
  // The id's own time, so that ids in order are tasks in the order of their creation.
  const createdAt = timeOf(id);
  const data = { ...titleColumns(""), ...columns, userId: db.viewerId, id, createdAt, updatedAt: createdAt };
  return (await db.task.create({ data, ...query })) as TaskRow;
}

/**
 * Reads the fields that an input has; those left out stay out.
 *
 * @throws ValidationError with all their problems
 */
function readColumns(input: Patch<Fields>): Partial<TaskRow> {
  const problems = new Problems();
  const columns: Partial<TaskRow> = {};
  const { title, description, due } = input;
  if (title === null)
    problems.add(["title"], "A task has to have a title: give one, or leave the field out.");
  const read = title == null ? null : readTitle(title, problems);
  if (description != null) checkDescription(description, problems);
  if (due !== undefined) Object.assign(columns, readDue(due, problems));
  Object.assign(columns, readPlainFields(input, problems));
  problems.throwIfAny();
  // Last, for to fold a text takes long where it is longer than any may be.
  if (read !== null) Object.assign(columns, titleColumns(read));
  if (description !== undefined) Object.assign(columns, descriptionColumns(description));
  return columns;
}

export type UpdateTask = Patch<Fields & { expectedVersion: number; completed: boolean }> & {
  id: string;
};

/**
 * Changes the fields that are there, and nothing else; null clears. An input without any changes nothing.
 *
 * @throws ValidationError, NotFoundError, ConflictError when the task is no longer at `expectedVersion`
 */
export async function updateTask(
  db: ViewerDb,
  now: Date,
  input: UpdateTask,
  query: TaskQuery,
): Promise<TaskRow> {
  const columns = readColumns(input);
  const { id, expectedVersion } = input;
  const live = { id, deletedAt: null };
  const current = expectedVersion == null ? live : { ...live, version: expectedVersion };
  for (const { where, data } of possibleChanges(columns, input.completed, now)) {
    const [task] = isEmpty(data)
      ? await db.task.findMany({ where: { ...current, ...where }, ...query })
      : await db.task.updateManyAndReturn({
          where: { ...current, ...where },
          data: { ...data, updatedAt: now, version: { increment: 1 } },
          ...query,
        });
    if (task) return task as TaskRow;
  }
  const [found] = await db.task.findMany({ where: live, select: { version: true } });
  if (!found) throw new NotFoundError();
  if (expectedVersion != null && found.version !== expectedVersion) throw new ConflictError(found.version);
  // Somebody completed or reopened it between the two statements.
  return updateTask(db, now, input, query);
}

const isEmpty = (data: object) => Object.keys(data).length === 0;

/**
 * What an update comes to, depending on the task's state: completing what is completed already keeps its time
 * and is no change by itself, and so with reopening. Each is one atomic statement.
 */
function possibleChanges(columns: Partial<TaskRow>, completed: boolean | null | undefined, now: Date) {
  if (completed === undefined) return [{ where: {}, data: columns }];
  const [open, done] = [{ completedAt: null }, { completedAt: { not: null } }];
  return completed
    ? [
        { where: open, data: { ...columns, completedAt: now } },
        { where: done, data: columns },
      ]
    : [
        { where: done, data: { ...columns, completedAt: null } },
        { where: open, data: columns },
      ];
}

/**
 * Takes a task out of every list and query.
 *
 * @throws NotFoundError
 */
export async function deleteTask(db: ViewerDb, now: Date, id: string): Promise<void> {
  const { count } = await db.task.updateMany({ where: { id, deletedAt: null }, data: { deletedAt: now } });
  if (count === 0) throw new NotFoundError();
}

/**
 * Brings a deleted task back exactly as it was; one that is there already stays as it is.
 *
 * @throws NotFoundError, also when it was deleted too long ago
 */
export async function restoreTask(db: ViewerDb, now: Date, id: string, query: TaskQuery): Promise<TaskRow> {
  const deleted = { id, deletedAt: { gte: restorableSince(now) } };
  const [restored] = await db.task.updateManyAndReturn({
    where: deleted,
    data: { deletedAt: null },
    ...query,
  });
  const [task] = restored ? [restored] : await db.task.findMany({ where: { id, deletedAt: null }, ...query });
  if (!task) throw new NotFoundError();
  return task as TaskRow;
}
