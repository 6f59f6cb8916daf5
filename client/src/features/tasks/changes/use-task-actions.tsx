import { useClient } from "urql";
import type { TaskDetails_TaskFragment } from "../../../generated/graphql.ts";
import { showProblem, showUndo } from "../../../ui/toast.tsx";
import { Quote } from "../../../ui/user-text.tsx";
import { describeOutcome, type Outcome } from "./outcome.ts";
import { deleteTask, restoreTask, updateTask } from "./task-mutations.ts";

type Named = { id: string; title: string };

/** Says what couldn't be done to a task, if it couldn't. */
function tell(what: string, { title }: Named, outcome: Outcome): void {
  const why = describeOutcome(outcome);
  if (!why) return;
  showProblem(
    <>
      Couldn’t {what} <Quote>{title}</Quote>. {why}
    </>,
  );
}

/** Says what was done to a task, and offers to undo it. Returns the function that takes the offer back. */
function offerUndo(what: string, { title }: Named, undo: () => void): () => void {
  return showUndo(
    <>
      {what} <Quote>{title}</Quote>
    </>,
    undo,
  );
}

/** What can be done to a task with one click, each with its way back and its words when it fails. */
export function useTaskActions() {
  const client = useClient();

  const setCompleted = async (task: Named, completed: boolean): Promise<boolean> => {
    const outcome = await updateTask(client, task.id, { completed });
    tell(completed ? "complete" : "reopen", task, outcome);
    return outcome.kind === "done";
  };

  const complete = async (task: Named, completed: boolean) => {
    const done = completed ? "Completed" : "Reopened";
    const closeToast = offerUndo(done, task, () => void setCompleted(task, !completed));
    if (!(await setCompleted(task, completed))) closeToast();
  };

  const remove = async (task: TaskDetails_TaskFragment) => {
    const undo = async () => {
      tell("bring back", task, await restoreTask(client, task));
    };
    const closeToast = offerUndo("Deleted", task, () => void undo());
    const outcome = await deleteTask(client, task.id);
    if (outcome.kind !== "done") closeToast();
    tell("delete", task, outcome);
  };

  return { complete, remove };
}
