import pg from "pg";
import { titleColumns } from "../../src/features/tasks/task-text.ts";
import { newId } from "../../src/schema/ids.ts";
import type { Task } from "../operation.ts";
import { maxConnections, settings } from "./serve.ts";

export type Page = { tasks: Task[]; hasNextPage: boolean; endCursor: string | null };

export type ListArgs = {
  first: number;
  after?: string | null;
  completed?: boolean | null;
  search?: string | null;
  dueFrom?: string | null;
};

type Row = {
  id: string;
  title: string;
  completed: boolean;
  priority: number;
  due_local: string | null;
  due_time_zone: string | null;
  created_at: string;
  updated_at: string;
};

const priorities = ["NONE", "LOW", "MEDIUM", "HIGH", "URGENT"];
const lastId = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const columns =
  "id, title, completed_at IS NOT NULL AS completed, priority, due_local, due_time_zone, created_at, updated_at";

/** Timestamps stay the text that PostgreSQL sends, which is nearly what is answered. */
const types = {
  getTypeParser: ((oid: number, format?: "text") =>
    oid === pg.types.builtins.TIMESTAMPTZ || oid === pg.types.builtins.TIMESTAMP
      ? (text: string) => text
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** @returns the pool of a process; every statement has a name, so that each connection prepares it once */
export function createPool(): pg.Pool {
  return new pg.Pool({
    connectionString: settings.databaseUrl,
    max: maxConnections,
    // While another server is driven, it needs the connections.
    idleTimeoutMillis: 1000,
    options: "-c timezone=UTC",
    types,
  });
}

export const encodeId = (id: string) => Buffer.from(`Task:${id}`).toString("base64");
const decodeId = (id: string) => Buffer.from(id, "base64").toString("latin1").slice("Task:".length);
const encodeCursor = (id: string) => Buffer.from(id).toString("base64url");
const decodeCursor = (cursor: string) => Buffer.from(cursor, "base64url").toString("latin1");

/** @param text such as 2026-11-21 09:30:00.5+00 */
const instant = (text: string) =>
  `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, "0")}Z`;

function toDue(local: string, timeZone: string | null): Task["due"] {
  return { date: local.slice(0, 10), time: timeZone === null ? null : local.slice(11, 16), timeZone };
}

function toTask(row: Row): Task {
  return {
    id: encodeId(row.id),
    title: row.title,
    completed: row.completed,
    priority: priorities[row.priority] ?? "",
    due: row.due_local === null ? null : toDue(row.due_local, row.due_time_zone),
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

/** The statement of a list; one for each combination of filters, so that each has a plan of its own. */
function listStatement({ first, after, completed, search, dueFrom }: ListArgs, userId: string) {
  const values: unknown[] = [userId, after ? decodeCursor(after) : lastId, first + 1];
  let name = "list";
  let where = "user_id = $1 AND deleted_at IS NULL AND id < $2";
  if (completed != null) {
    name += completed ? "-done" : "-open";
    where += ` AND completed_at IS ${completed ? "NOT NULL" : "NULL"}`;
  }
  if (search) {
    name += "-search";
    where += ` AND (title_search LIKE $${values.push(`%${search.toLowerCase()}%`)}
      OR description_search LIKE $${values.length})`;
  }
  if (dueFrom) {
    name += "-due";
    where += ` AND due_local >= $${values.push(dueFrom)}`;
  }
  return { name, text: `SELECT ${columns} FROM tasks WHERE ${where} ORDER BY id DESC LIMIT $3`, values };
}

/** A page of a user's tasks, newest first. */
export async function listTasks(pool: pg.Pool, userId: string, args: ListArgs): Promise<Page> {
  const { rows } = await pool.query<Row>(listStatement(args, userId));
  const hasNextPage = rows.length > args.first;
  if (hasNextPage) rows.pop();
  const last = rows.at(-1);
  return {
    tasks: rows.map(toTask),
    hasNextPage,
    endCursor: last === undefined ? null : encodeCursor(last.id),
  };
}

const findTask = {
  name: "task",
  text: `SELECT ${columns} FROM tasks WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL`,
};

export async function getTask(pool: pg.Pool, userId: string, id: string): Promise<Task | null> {
  const { rows } = await pool.query<Row>({ ...findTask, values: [userId, decodeId(id)] });
  return rows[0] === undefined ? null : toTask(rows[0]);
}

const insertTask = {
  name: "create",
  text: `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING ${columns}`,
};

export async function createTask(pool: pg.Pool, userId: string, written: string): Promise<Task | null> {
  const { title, titleKey, titleSearch } = titleColumns(written.trim());
  const values = [userId, newId(), title, titleKey, titleSearch, new Date()];
  const { rows } = await pool.query<Row>({ ...insertTask, values });
  return rows[0] === undefined ? null : toTask(rows[0]);
}

const changeTask = {
  name: "update",
  text: `UPDATE tasks SET title = $3, title_key = $4, title_search = $5, updated_at = $6, version = version + 1
         WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING ${columns}`,
};

export async function updateTask(
  pool: pg.Pool,
  userId: string,
  input: { id: string; title: string },
): Promise<Task | null> {
  const { title, titleKey, titleSearch } = titleColumns(input.title.trim());
  const values = [userId, decodeId(input.id), title, titleKey, titleSearch, new Date()];
  const { rows } = await pool.query<Row>({ ...changeTask, values });
  return rows[0] === undefined ? null : toTask(rows[0]);
}
