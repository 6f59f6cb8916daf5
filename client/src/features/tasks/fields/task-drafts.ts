import { useSyncExternalStore } from "react";
import { useDrafts } from "../../../browser/drafts.ts";
import type { TaskChanges } from "../changes/task-mutations.ts";

/** What the page keeps under the name of one field of a task, as far as it is of interest here. */
type Kept = { trouble: unknown };

/** The name of what is typed into a field of a task. */
export function draftName(id: string, field: keyof TaskChanges): string {
  return `${id} ${field}`;
}

/** Whether something was typed into a task that isn't saved and nobody is typing any more. */
export function useHasUnsaved(id: string): boolean {
  const { list, isOld, subscribe } = useDrafts();
  return useSyncExternalStore(subscribe, () =>
    list().some(
      ([name, draft]) => name.startsWith(`${id} `) && (isOld(name) || (draft as Kept).trouble !== null),
    ),
  );
}
