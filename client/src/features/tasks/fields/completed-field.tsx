import { Button } from "@mantine/core";
import { IconCheck, IconRotate } from "@tabler/icons-react";
import { useTaskActions } from "../changes/use-task-actions.tsx";
import type { FieldProps } from "./field-props.ts";

/** Whether a task is done; a click says otherwise. */
export function CompletedField({ task }: Pick<FieldProps, "task">) {
  const { complete } = useTaskActions();
  const { completed } = task;
  return (
    <Button
      variant={completed ? "default" : "light"}
      leftSection={completed ? <IconRotate size={18} /> : <IconCheck size={18} />}
      onClick={() => void complete(task, !completed)}
    >
      {completed ? "Reopen" : "Mark as done"}
    </Button>
  );
}
