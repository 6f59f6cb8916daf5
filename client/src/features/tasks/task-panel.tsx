import { CloseButton, Drawer } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { closeTask, focusTask } from "./chosen-task.ts";
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
        classNames={{ body: classes.drawer ?? "", title: classes.heading ?? "" }}
      >
        {lastId && <TaskDetails key={lastId} id={lastId} autoFocus={false} />}
      </Drawer>
    );
  }
  if (id === null) return null;
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  };
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
