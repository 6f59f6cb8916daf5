import { useId } from "react";
import { moveInList } from "../view/task-keys.ts";
import type { View } from "../view/view.ts";
import classes from "./task-list.module.css";
import { TaskPage } from "./task-page.tsx";

type Props = { view: View; chosen: string | null };

/** The tasks of a view, page after page. */
export function TaskList({ view, chosen }: Props) {
  const headingId = useId();
  return (
    <section aria-labelledby={headingId} onKeyDown={moveInList} className={classes.list}>
      <h1 id={headingId} className={classes.heading}>
        Tasks
      </h1>
      <TaskPage key={view.show} view={view} after={null} chosen={chosen} />
    </section>
  );
}
