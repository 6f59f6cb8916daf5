import { setSearchParams, useSearchParams } from "../../../browser/address.ts";

/** The id of the task whose details are open, or null. */
export function useChosenTask(): string | null {
  return useSearchParams().get("task");
}

/** Opens a task's details. From one to the next the address is replaced: back closes them, however many one looked at. */
export function chooseTask(id: string): void {
  const isOpen = new URLSearchParams(location.search).has("task");
  setSearchParams({ task: id }, isOpen ? "replace" : "push");
}

export function closeTask(): void {
  setSearchParams({ task: null }, "replace");
}

/** Puts the focus back on the task's row, as far as it is still there. */
export function focusTask(id: string): void {
  document.querySelector<HTMLElement>(`[data-task="${CSS.escape(id)}"]`)?.focus();
}
