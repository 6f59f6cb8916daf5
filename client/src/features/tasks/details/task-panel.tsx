import { CloseButton, Drawer } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { closeTask, focusTask } from "../view/chosen-task.ts";
import { TaskDetails } from "./task-details.tsx";
import classes from "./task-panel.module.css";

type Props = {
  /** The task to show, or null for none. */
  id: string | null;
  /** Whether there is room beside the list; otherwise the details cover it. */
  isWide: boolean;
};

/** The details of the chosen task. */
export function TaskPanel({ id, isWide }: Props) {
  // The drawer slides out with what it had.
  const [lastId, setLastId] = useState(id);
  if (id !== null && id !== lastId) setLastId(id);

  const close = () => {
    closeTask();
    if (id) requestAnimationFrame(() => focusTask(id));
  };

  const closeOnEscape = (event: KeyboardEvent) => {
    const isInList = (event.target as HTMLElement).getAttribute("aria-expanded") === "true";
    if (event.key === "Escape" && !event.defaultPrevented && !isInList) close();
  };

  if (!isWide) {
    return (
      <Drawer
        opened={id !== null}
        onClose={close}
        position="right"
        size="min(30rem, 100%)"
        title="Task"
        closeButtonProps={{ "aria-label": "Close", size: "lg" }}
        returnFocus={false}
        // The fields have the first word on Escape.
        closeOnEscape={false}
        onKeyDown={closeOnEscape}
        classNames={{ body: classes.drawer ?? "", title: classes.heading ?? "" }}
      >
        {lastId && <TaskDetails key={lastId} id={lastId} autoFocus={false} />}
      </Drawer>
    );
  }
  if (id === null) return null;
  return (
    <aside className={classes.panel} aria-label="Task details" onKeyDown={closeOnEscape}>
      <div className={classes.bar}>
        <span className={classes.heading}>Task</span>
        <CloseButton size="lg" aria-label="Close" onClick={close} />
      </div>
      <TaskDetails key={id} id={id} autoFocus />
    </aside>
  );
}
