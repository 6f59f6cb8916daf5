import { IconFlag, IconFlagFilled } from "@tabler/icons-react";
import type { Priority } from "../../../generated/graphql.ts";
import classes from "./priority-label.module.css";

export const priorityWords: Record<Priority, string> = {
  NONE: "None",
  LOW: "Low",
  MEDIUM: "Medium",
  HIGH: "High",
  URGENT: "Urgent",
};

/** A task's priority, in a word and a colour. */
export function PriorityLabel({ priority }: { priority: Priority }) {
  const Flag = priority === "LOW" ? IconFlag : IconFlagFilled;
  return (
    <span className={classes.priority} data-priority={priority}>
      <Flag size={14} aria-hidden="true" />
      {priorityWords[priority]}
    </span>
  );
}
