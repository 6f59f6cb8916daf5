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

/** More marks in a row than any language writes: putting those in order takes a time that grows with their square. */
const tooManyMarks = /\p{M}{31}/u;

function normalise(text: string, form: "NFC" | "NFKD"): string {
  return tooManyMarks.test(text) ? text : text.normalize(form);
}

/** A text as it is searched: without case. The server's rule, so that both find the same. */
function fold(text: string): string {
  const letters = text.toLowerCase().toUpperCase().toLowerCase();
  return normalise(letters.replaceAll("ς", "σ").replaceAll("i\u0307", "i"), "NFC");
}

/** A title as it is sorted: without accents too, and by code unit, as no locale would. */
function titleKey(title: string): string {
  return normalise(fold(title), "NFKD").replace(/\p{M}/gu, "");
}

/** Whether the server would answer this task to this filter, as far as the web client filters. */
export function isMatch(task: SortableTask, filter: TaskFilter): boolean {
  if (typeof filter.completed === "boolean" && task.completed !== filter.completed) return false;
  if (!filter.search) return true;
  const text = fold(`${task.title}\n${task.description ?? ""}`);
  const words = fold(filter.search).split(/\s+/);
  return words.every((word) => text.includes(word));
}

/** Negative if `a` comes before `b` in this order. Equal ones follow the order in which they were created. */
export function compareTasks(a: SortableTask, b: SortableTask, order: TaskOrder): number {
  // Without a due date they come last in both directions.
  if (order.field === "DUE" && !(a.due && b.due)) {
    const byPresence = Number(!a.due) - Number(!b.due);
    if (byPresence !== 0) return byPresence;
  }
  const sign = order.direction === "ASC" ? 1 : -1;
  return sign * (compareText(sortKey(a, order), sortKey(b, order)) || compareText(a.createdAt, b.createdAt));
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
      return titleKey(task.title);
    case "DUE":
      // A whole day counts from its beginning.
      return task.due ? `${task.due.date}T${task.due.time ?? "00:00"}` : "";
  }
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
