import { ActionIcon, VisuallyHidden } from "@mantine/core";
import { IconNotes, IconPencilExclamation, IconTrash } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { type FragmentType, readFragment } from "../../../generated/fragment-masking.ts";
import { graphql } from "../../../generated/gql.ts";
import { CheckCircle } from "../../../ui/check-circle.tsx";
import { isOnItsWay } from "../changes/task-mutations.ts";
import { useTaskActions } from "../changes/use-task-actions.tsx";
import { PriorityLabel } from "../fields/priority-label.tsx";
import { TaskDetails_Task } from "../fields/task-details-fragment.ts";
import { useHasUnsaved } from "../fields/task-drafts.ts";
import { chooseTask } from "../view/chosen-task.ts";
import { areShortcutsOn } from "../view/shortcuts.ts";
import { keepFocusNear } from "../view/task-keys.ts";
import { DueLabel } from "./due-label.tsx";
import classes from "./task-row.module.css";

export const TaskRow_Task = graphql(`
  fragment TaskRow_Task on Task {
    id
    title
    description
    completed
    priority
    due {
      date
      time
      timeZone
      at
    }
    ...TaskDetails_Task
  }
`);

type Props = { task: FragmentType<typeof TaskRow_Task>; isChosen: boolean };

/** One task in the list: complete it, open its details, delete it. */
export function TaskRow({ task: masked, isChosen }: Props) {
  const task = readFragment(TaskRow_Task, masked);
  const { complete, remove } = useTaskActions();
  const { id, title, completed, priority, due, description } = task;
  const onItsWay = isOnItsWay(id);
  const hasUnsaved = useHasUnsaved(id);

  const toggle = () => {
    keepFocusNear(id, () => void complete(task, !completed));
  };
  const discard = () => {
    keepFocusNear(id, () => void remove(readFragment(TaskDetails_Task, task)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (onItsWay || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Delete") discard();
    if (event.key === "x" && areShortcutsOn()) toggle();
  };

  return (
    <li
      className={classes.row}
      data-chosen={isChosen}
      data-completed={completed}
      data-pending={onItsWay}
      onKeyDown={onKeyDown}
    >
      <CheckCircle
        label={completed ? `Reopen "${title}"` : `Complete "${title}"`}
        checked={completed}
        disabled={onItsWay}
        tone={priority}
        onChange={toggle}
      />
      <button
        type="button"
        className={classes.open}
        data-task={id}
        disabled={onItsWay}
        aria-current={isChosen}
        onClick={() => chooseTask(id)}
      >
        <span className={classes.title} dir="auto">
          {title}
        </span>
        {(due || priority !== "NONE" || description || hasUnsaved) && (
          <span className={classes.facts}>
            {due && <DueLabel due={due} completed={completed} />}
            {priority !== "NONE" && <PriorityLabel priority={priority} />}
            {description && (
              <>
                <IconNotes size={14} aria-hidden="true" />
                <VisuallyHidden>With notes</VisuallyHidden>
              </>
            )}
            {hasUnsaved && (
              <span className={classes.unsaved}>
                <IconPencilExclamation size={14} aria-hidden="true" />
                Not saved yet
              </span>
            )}
          </span>
        )}
      </button>
      <ActionIcon
        className={classes.delete ?? ""}
        variant="subtle"
        color="gray"
        c="dimmed"
        size={40}
        disabled={onItsWay}
        onClick={discard}
        aria-label={`Delete "${title}"`}
      >
        <IconTrash size={18} />
      </ActionIcon>
    </li>
  );
}
