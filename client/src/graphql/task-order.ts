import { compareFolded, foldText, foldTitle, foldWords } from "../../../src/rules/folding.ts";
import { type Priority, priorities } from "../../../src/rules/priority.ts";
import type { TaskFilter, TaskOrder } from "../generated/graphql.ts";

/** What decides where a task stands in a list. */
export type SortableTask = {
  id: string;
  title: string;
  description: string | null;
  completed: boolean;
  priority: Priority;
  createdAt: string;
  updatedAt: string;
  due: { date: string; time: string | null } | null;
};

/** What the web client filters by. */
export type ListFilter = Pick<TaskFilter, "completed" | "search">;

/** Whether the server would answer this task to this filter. */
export function isMatch(task: SortableTask, filter: ListFilter): boolean {
  if (typeof filter.completed === "boolean" && task.completed !== filter.completed) return false;
  if (!filter.search) return true;
  const texts = [foldText(task.title), foldText(task.description ?? "")];
  return foldWords(filter.search).every((word) => texts.some((text) => text.includes(word)));
}

/** Negative if `a` comes before `b` in this order. Equal ones follow the order in which they were created. */
export function compareTasks(a: SortableTask, b: SortableTask, order: TaskOrder): number {
  // Without a due date they come last in both directions.
  if (order.field === "DUE" && !(a.due && b.due)) {
    const byPresence = Number(!a.due) - Number(!b.due);
    if (byPresence !== 0) return byPresence;
  }
  const sign = order.direction === "ASC" ? 1 : -1;
  return (
    sign * (compareFolded(sortKey(a, order), sortKey(b, order)) || compareFolded(a.createdAt, b.createdAt))
  );
}

function sortKey(task: SortableTask, { field }: TaskOrder): string {
  switch (field) {
    case "CREATED_AT":
      return task.createdAt;
    case "UPDATED_AT":
      return task.updatedAt;
    case "PRIORITY":
      return String(priorities.indexOf(task.priority));
    case "TITLE":
      return foldTitle(task.title);
    case "DUE":
      // A whole day counts from its beginning.
      return task.due ? `${task.due.date}T${task.due.time ?? "00:00"}` : "";
  }
}
