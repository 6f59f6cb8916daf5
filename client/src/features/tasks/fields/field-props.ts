import type { TaskDetails_TaskFragment } from "../../../generated/graphql.ts";
import type { Outcome } from "../changes/outcome.ts";
import type { TaskChanges } from "../changes/task-mutations.ts";

/** What a task's details hand to each of its fields. */
export type FieldProps = {
  /** What the page keeps what is typed or chosen under. */
  name: string;
  task: TaskDetails_TaskFragment;
  /** Whether the details want the focus, once they are there. */
  autoFocus: boolean;
  /** Sends changes; checked: only if the task is still as this client knows it. */
  save: (changes: TaskChanges, checked: boolean) => Promise<Outcome>;
};
