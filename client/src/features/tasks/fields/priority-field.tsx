import { Input, SegmentedControl } from "@mantine/core";
import { useId } from "react";
import { priorities } from "../../../../../src/rules/priority.ts";
import type { Priority } from "../../../generated/graphql.ts";
import type { FieldProps } from "./field-props.ts";
import { FieldTrouble } from "./field-trouble.tsx";
import classes from "./priority-field.module.css";
import { priorityWords } from "./priority-label.tsx";
import { useDraft } from "./use-draft.ts";

const choices = priorities.map((value) => ({ value, label: priorityWords[value] }));

/** How much a task matters; a click saves it. */
export function PriorityField({ name, task: { priority }, save }: FieldProps) {
  const labelId = useId();
  const draft = useDraft({
    name,
    saved: priority,
    isSame: (a, b) => a === b,
    check: () => null,
    save: (value, checked) => save({ priority: value }, checked),
  });
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
