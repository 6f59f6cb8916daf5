import { Input, SegmentedControl } from "@mantine/core";
import { useId } from "react";
import type { Priority } from "../../../generated/graphql.ts";
import type { Outcome } from "../changes/outcome.ts";
import { FieldTrouble } from "./field-trouble.tsx";
import classes from "./priority-field.module.css";
import { priorities, priorityWords } from "./priority-label.tsx";
import { useDraft } from "./use-draft.ts";

type Props = {
  /** What the page keeps what is chosen under. */
  name: string;
  priority: Priority;
  save: (priority: Priority, checked: boolean) => Promise<Outcome>;
};

const choices = priorities.map((value) => ({ value, label: priorityWords[value] }));

/** How much a task matters; a click saves it. */
export function PriorityField({ name, priority, save }: Props) {
  const labelId = useId();
  const draft = useDraft({ name, saved: priority, isSame: (a, b) => a === b, check: () => null, save });
  return (
    <div>
      <Input.Label id={labelId} component="div" labelElement="div">
        Priority
      </Input.Label>
      <SegmentedControl
        aria-labelledby={labelId}
        fullWidth
        size="sm"
        className={classes.control ?? ""}
        classNames={{ label: classes.label ?? "" }}
        value={draft.value}
        onChange={(value) => draft.commit(value as Priority)}
        data={choices}
      />
      <FieldTrouble draft={draft} saved={priorityWords[priority]} />
    </div>
  );
}
