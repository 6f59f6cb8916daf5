import { signUp } from "../helpers/people.ts";
import type { TestServer } from "../helpers/server.ts";
import { createTaskApi, type Page, type Task, type TaskApi, taskFields } from "./task-api.ts";

/** What a list is asked for besides its page. */
export type View = {
  filter?: Record<string, unknown>;
  orderBy: { field: string; direction: "ASC" | "DESC" };
};

export const orderFields = ["CREATED_AT", "UPDATED_AT", "DUE", "PRIORITY", "TITLE"];

/** Filters of every kind, from what lets all through to what lets nothing through. */
export const filters: Record<string, unknown>[] = [
  {},
  { completed: false },
  { completed: true, priority: ["LOW", "URGENT"] },
  { dueFrom: "2026-11-21" },
  { dueTo: "2026-11-22", completed: false },
  { search: "an" },
  { search: "nowhere" },
];

export const views: View[] = filters.flatMap((filter) =>
  orderFields.flatMap((field) =>
    (["ASC", "DESC"] as const).map((direction) => ({ filter, orderBy: { field, direction } })),
  ),
);

const titles = ["anna", "Anna", "ÄNNA", "bertha", "B", "😀 an", "\ufffd an", "10 an", "zoë", "Zoe"];
const days = ["0001-01-01", "2026-11-20", "2026-11-21", "2026-11-22", "9999-12-31"];

function inputOf(n: number): object {
  const day = { date: days[n % 5] };
  // Every third is undated, and of the others every fourth has a time.
  const due = n % 3 === 0 ? null : n % 4 === 0 ? { ...day, time: "12:00", timeZone: "UTC" } : day;
  const priority = ["NONE", "LOW", "LOW", "NONE", "URGENT", "MEDIUM", "NONE"][n % 7];
  return { title: titles[(n * 7) % 10], due, priority };
}

/**
 * Gives somebody new a list with many equal keys in every order.
 *
 * @param setClock sets the server's clock, in milliseconds, so that changes fall on few moments
 */
export async function seedList(server: TestServer, size: number, setClock: (time: number) => void) {
  const start = Date.now();
  const person = await signUp(server);
  const api = createTaskApi(person);
  const ids: string[] = [];
  for (let n = 0; n < size; n++) ids.push((await api.add(inputOf(n))).id);
  for (let round = 0; round < 6; round++) {
    setClock(start + 1000 * (round % 3) + 60_000);
    const some = ids.filter((_, n) => n % 8 === round);
    await Promise.all(some.map((id) => api.change({ id, completed: round % 2 === 0, description: "an" })));
  }
  const document = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Task { ${taskFields} } } }`;
  const tasks: Task[] = [];
  for (let n = 0; n < size; n += 100) {
    tasks.push(...(await person.data(document, { ids: ids.slice(n, n + 100) })).nodes);
  }
  return { person, api, tasks };
}

const rowId = ({ id }: Task) => Buffer.from(id, "base64").toString();
const priorities = ["NONE", "LOW", "MEDIUM", "HIGH", "URGENT"];

/** A text without case and accents, as far as the titles above have any. Written apart from the server's own. */
const plain = (text: string) =>
  text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();

/** Each order's key, made to be compared by bytes; null for none. */
const keys: Record<string, (task: Task) => string | null> = {
  CREATED_AT: () => "",
  UPDATED_AT: (task) => task.updatedAt,
  DUE: ({ due }) => due && `${due.date}T${due.time ?? "00:00"}`,
  PRIORITY: (task) => String(priorities.indexOf(task.priority)),
  TITLE: ({ title }) => plain(title),
};

const compareBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** @returns the tasks in the order that the API promises */
export function sortTasks(tasks: Task[], { orderBy: { field, direction } }: View): Task[] {
  const sign = direction === "ASC" ? 1 : -1;
  return tasks.toSorted((a, b) => {
    const [keyA, keyB] = [keys[field]?.(a) ?? null, keys[field]?.(b) ?? null];
    if ((keyA === null) !== (keyB === null)) return keyA === null ? 1 : -1;
    return sign * (compareBytes(keyA ?? "", keyB ?? "") || compareBytes(rowId(a), rowId(b)));
  });
}

/** Whether a filter lets a task through, as the schema describes it. */
export function passes(task: Task, { filter = {} }: View): boolean {
  const { completed, priority, dueFrom, dueTo, search } = filter;
  const day = task.due?.date;
  if (completed !== undefined && task.completed !== completed) return false;
  if (Array.isArray(priority) && !priority.includes(task.priority)) return false;
  if (typeof dueFrom === "string" && (day === undefined || day < dueFrom)) return false;
  if (typeof dueTo === "string" && (day === undefined || day > dueTo)) return false;
  const text = plain(`${task.title} ${task.description ?? ""}`);
  return typeof search !== "string" || text.includes(search);
}

/** Follows a list from one of its ends to the other. @returns its pages in the order of reading */
export async function walk(
  api: TaskApi,
  view: View,
  size: number,
  from: "start" | "end",
  between?: (page: Page) => Promise<unknown>,
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | null = null; ; ) {
    const args = from === "start" ? { first: size, after: cursor } : { last: size, before: cursor };
    const page = await api.list({ ...view, ...args });
    pages.push(page);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    if (!(from === "start" ? hasNextPage : hasPreviousPage)) return pages;
    cursor = from === "start" ? endCursor : startCursor;
    await between?.(page);
  }
}
