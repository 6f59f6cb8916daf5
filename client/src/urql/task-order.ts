import type { TaskFilter, TaskOrder } from "../generated/graphql.ts";

/** What decides where a task stands in a list. */
export type SortableTask = {
  id: string;
  title: string;
  description: string | null;
  completed: boolean;
  priority: string;
  createdAt: string;
  updatedAt: string;
  due: { date: string; time: string | null } | null;
};

const priorities = ["NONE", "LOW", "MEDIUM", "HIGH", "URGENT"];
const titles = new Intl.Collator(undefined, { sensitivity: "base" });

/** Whether the server would answer this task to this filter, as far as the web client filters. */
export function isMatch(task: SortableTask, filter: TaskFilter): boolean {
  if (typeof filter.completed === "boolean" && task.completed !== filter.completed) return false;
  const text = `${task.title}\n${task.description ?? ""}`.toLowerCase();
  const words = (filter.search ?? "").toLowerCase().split(/\s+/);
  return words.every((word) => text.includes(word));
}

/** Negative if `a` comes before `b` in this order; tasks without a due date come last in both directions. */
export function compareTasks(a: SortableTask, b: SortableTask, { field, direction }: TaskOrder): number {
  const sign = direction === "ASC" ? 1 : -1;
  switch (field) {
    case "CREATED_AT":
      return sign * compareText(a.createdAt, b.createdAt);
    case "UPDATED_AT":
      return sign * compareText(a.updatedAt, b.updatedAt);
    case "PRIORITY":
      return sign * (priorities.indexOf(a.priority) - priorities.indexOf(b.priority));
    case "TITLE":
      return sign * titles.compare(a.title, b.title);
    case "DUE":
      if (!a.due || !b.due) return Number(!a.due) - Number(!b.due);
      return sign * compareText(dueKey(a.due), dueKey(b.due));
  }
}

/** A whole day ends after every hour of it. */
function dueKey(due: { date: string; time: string | null }): string {
  return `${due.date}T${due.time ?? "24:00"}`;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
