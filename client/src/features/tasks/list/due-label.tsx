import { IconCalendarEvent } from "@tabler/icons-react";
import { useNow } from "../../../browser/use-now.ts";
import { type Due, describeDue, urgencyOf } from "../fields/due-words.ts";
import classes from "./due-label.module.css";

/** When a task is due; overdue and today in words and in colour. */
export function DueLabel({ due, completed }: { due: Due; completed: boolean }) {
  const now = useNow();
  const urgency = completed ? "later" : urgencyOf(due, now);
  return (
    <span className={classes.due} data-urgency={urgency}>
      <IconCalendarEvent size={14} aria-hidden="true" />
      {urgency === "overdue" && "Overdue · "}
      {describeDue(due, now)}
    </span>
  );
}
