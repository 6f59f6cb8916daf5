import type { KeyboardEvent } from "react";
import { areShortcutsOn } from "./shortcuts.ts";

const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

/** Moves the focus from one task of the list to the next. */
export function moveInList(event: KeyboardEvent<HTMLElement>): void {
  const step = steps[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.length === 1 && !areShortcutsOn()) return;
  const tasks = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-task]")];
  const row = (event.target as HTMLElement).closest("li");
  const index = tasks.findIndex((task) => row?.contains(task));
  const next = tasks[index + step];
  if (index < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

/** Before a row leaves the list: hands its focus to a neighbour, or to the field for a new task. */
export function passFocusOn(id: string): void {
  const tasks = [...document.querySelectorAll<HTMLElement>("[data-task]")];
  const index = tasks.findIndex((task) => task.dataset.task === id);
  const row = tasks[index]?.closest("li");
  if (!row?.contains(document.activeElement)) return;
  const next = tasks[index + 1] ?? tasks[index - 1];
  next?.focus();
}
