import { useClient } from "urql";
import type { TaskDetails_TaskFragment } from "../../generated/graphql.ts";
import { showProblem, showUndo } from "../../ui/toast.tsx";
import { describeOutcome, type Outcome } from "./outcome.ts";
import { deleteTask, restoreTask, updateTask } from "./task-mutations.ts";

type Named = { id: string; title: string };

/** “Buy milk”, cut where a toast would get too long. */
function quote(title: string): string {
  const characters = [...title];
  return characters.length > 60 ? `“${characters.slice(0, 59).join("")}…”` : `“${title}”`;
}

function tell(what: string, outcome: Outcome): void {
  const why = describeOutcome(outcome);
  if (why) showProblem(`${what} ${why}`);
}

/** What can be done to a task with one click, each with its way back and its words when it fails. */
export function useTaskActions() {
  const client = useClient();

  const setCompleted = async ({ id, title }: Named, completed: boolean): Promise<boolean> => {
    const outcome = await updateTask(client, { id, completed });
    tell(`Couldn’t ${completed ? "complete" : "reopen"} ${quote(title)}.`, outcome);
    return outcome.kind === "done";
  };

  const complete = async (task: Named, completed: boolean) => {
    const done = completed ? "Completed" : "Reopened";
    const closeToast = showUndo(`${done} ${quote(task.title)}`, () => void setCompleted(task, !completed));
    if (!(await setCompleted(task, completed))) closeToast();
  };

  const remove = async (task: TaskDetails_TaskFragment) => {
    const undo = async () => {
      tell(`Couldn’t bring back ${quote(task.title)}.`, await restoreTask(client, task));
    };
    const closeToast = showUndo(`Deleted ${quote(task.title)}`, () => void undo());
    const outcome = await deleteTask(client, task.id);
    if (outcome.kind !== "done") closeToast();
    tell(`Couldn’t delete ${quote(task.title)}.`, outcome);
  };

  return { complete, remove };
}
