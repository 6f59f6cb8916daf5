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

/**
 * Runs what may take a row out of the list. If it does, and the focus was in the row, the next one gets it, so that
 * the keyboard stays where it was.
 */
export function keepFocusNear(id: string, act: () => void): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-task]")];
  const index = rows.findIndex((row) => row.dataset.task === id);
  const row = rows[index]?.closest("li");
  const neighbours = [rows[index + 1], rows[index - 1]];
  const hadFocus = row?.contains(document.activeElement);
  act();
  if (!hadFocus) return;
  // After the list has been drawn again.
  requestAnimationFrame(() => {
    setTimeout(() => {
      if (!row?.isConnected) neighbours.find((neighbour) => neighbour?.isConnected)?.focus();
    });
  });
}
