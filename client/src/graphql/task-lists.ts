import type { Cache, Variables } from "@urql/exchange-graphcache";
import { graphql } from "../generated/gql.ts";
import type { TaskLists_PageQuery, TaskOrder } from "../generated/graphql.ts";
import { compareTasks, isMatch, type ListFilter, type SortableTask } from "./task-order.ts";

/** A page as far as its members go; a task's fields belong to the task. */
const pageDocument = graphql(`
  query TaskLists_Page(
    $first: Int
    $after: String
    $filter: TaskFilter
    $orderBy: TaskOrder
    $withCount: Boolean!
  ) {
    tasks(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount @include(if: $withCount)
      edges {
        node {
          id
        }
      }
    }
  }
`);

/** The pages of one list that the cache holds, in order, each following the one before it. */
type List = { filter: ListFilter; orderBy: TaskOrder; pages: Variables[]; hasMore: boolean };

const newestFirst: TaskOrder = { field: "CREATED_AT", direction: "DESC" };

function listKey({ first, filter, orderBy }: Variables): string {
  return JSON.stringify([first, filter, orderBy]);
}

/** Reads a field of a page's pageInfo. */
function pageInfo(cache: Cache, page: Variables, field: string): unknown {
  const connection = cache.resolve("Query", "tasks", page);
  const info = typeof connection === "string" && cache.resolve(connection, "pageInfo");
  return typeof info === "string" ? cache.resolve(info, field) : undefined;
}

function findLists(cache: Cache): List[] {
  const byList = new Map<string, Variables[]>();
  for (const { fieldName, arguments: args } of cache.inspectFields("Query")) {
    if (fieldName !== "tasks" || !args) continue;
    const key = listKey(args);
    byList.set(key, [...(byList.get(key) ?? []), args]);
  }
  return [...byList.values()].map((pages) => chain(cache, pages));
}

function chain(cache: Cache, all: Variables[]): List {
  const byCursor = new Map(all.map((page) => [page.after ?? null, page]));
  const pages: Variables[] = [];
  let cursor: unknown = null;
  let hasMore = true;
  for (let page = byCursor.get(null); page && !pages.includes(page); page = byCursor.get(cursor as string)) {
    pages.push(page);
    hasMore = pageInfo(cache, page, "hasNextPage") === true;
    cursor = pageInfo(cache, page, "endCursor");
    if (!hasMore) break;
  }
  const { filter, orderBy } = all[0] ?? {};
  return {
    filter: (filter ?? {}) as ListFilter,
    orderBy: (orderBy ?? newestFirst) as TaskOrder,
    pages,
    hasMore,
  };
}

type PageData = NonNullable<TaskLists_PageQuery["tasks"]>;

function editPage(cache: Cache, page: Variables, edit: (page: PageData) => PageData): void {
  const connection = cache.resolve("Query", "tasks", page);
  const withCount = typeof connection === "string" && cache.resolve(connection, "totalCount") !== undefined;
  cache.updateQuery({ query: pageDocument, variables: { ...page, withCount } }, (data) =>
    data ? { ...data, tasks: edit(data.tasks) } : null,
  );
}

/** The keys of a page's tasks, in order. */
function tasksOn(cache: Cache, page: Variables): unknown[] {
  const connection = cache.resolve("Query", "tasks", page);
  const edges = typeof connection === "string" ? cache.resolve(connection, "edges") : [];
  return Array.isArray(edges) ? edges.map((edge) => cache.resolve(String(edge), "node")) : [];
}

function count(tasks: PageData, change: number): PageData {
  return typeof tasks.totalCount === "number" ? { ...tasks, totalCount: tasks.totalCount + change } : tasks;
}

function addCount(cache: Cache, list: List, change: number): void {
  const [first] = list.pages;
  if (first && change !== 0) editPage(cache, first, (tasks) => count(tasks, change));
}

/** Takes a task out of a list. Returns whether it was there. */
function takeOut(cache: Cache, list: List, id: string): boolean {
  const page = list.pages.find((candidate) => tasksOn(cache, candidate).includes(taskKey(cache, id)));
  if (!page) return false;
  editPage(cache, page, (tasks) => ({ ...tasks, edges: tasks.edges.filter(({ node }) => node.id !== id) }));
  return true;
}

/** Puts a task where the list's order has it, or nowhere if that is on a page that isn't loaded yet. */
function putIn(cache: Cache, list: List, task: SortableTask): void {
  for (const page of list.pages) {
    const index = tasksOn(cache, page).findIndex((key) => {
      const other = readTask(cache, key);
      return other !== null && compareTasks(task, other, list.orderBy) < 0;
    });
    if (index >= 0) {
      insert(cache, page, index, task.id);
      return;
    }
  }
  const last = list.pages.at(-1);
  if (last && !list.hasMore) insert(cache, last, Number.POSITIVE_INFINITY, task.id);
}

function insert(cache: Cache, page: Variables, index: number, id: string): void {
  const edge = { __typename: "TaskEdge" as const, node: { __typename: "Task" as const, id } };
  editPage(cache, page, (tasks) => ({ ...tasks, edges: tasks.edges.toSpliced(index, 0, edge) }));
}

function taskKey(cache: Cache, id: string): string | null {
  return cache.keyOfEntity({ __typename: "Task", id });
}

function readTask(cache: Cache, key: unknown): SortableTask | null {
  if (typeof key !== "string") return null;
  const read = <T>(name: string) => cache.resolve(key, name) as T;
  const due = read<string | null>("due");
  if (read("title") === undefined) return null;
  return {
    id: read("id"),
    title: read("title"),
    description: read("description"),
    completed: read("completed"),
    priority: read("priority"),
    createdAt: read("createdAt"),
    updatedAt: read("updatedAt"),
    due: due
      ? { date: String(cache.resolve(due, "date")), time: cache.resolve(due, "time") as string | null }
      : null,
  };
}

/** Takes a task out of every list. */
export function removeFromLists(cache: Cache, id: string): void {
  for (const list of findLists(cache)) {
    if (takeOut(cache, list, id)) addCount(cache, list, -1);
  }
}

/**
 * Puts a task that is new or has changed where it belongs in every list, by the list's filter and order.
 * @param before what it was, as far as known; null: it was nowhere
 */
export function placeInLists(cache: Cache, id: string, before: Partial<SortableTask> | null): void {
  const task = readTask(cache, taskKey(cache, id));
  if (!task) return;
  for (const list of findLists(cache)) {
    const wasLoaded = takeOut(cache, list, id);
    // It can have been on a page that isn't loaded; then the count has it already.
    const wasCounted =
      wasLoaded || (before !== null && list.hasMore && isMatch({ ...task, ...before }, list.filter));
    const matches = isMatch(task, list.filter);
    if (matches) putIn(cache, list, task);
    addCount(cache, list, Number(matches) - Number(wasCounted));
  }
}
