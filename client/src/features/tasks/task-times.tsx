import { Text } from "@mantine/core";
import type { TaskDetails_TaskFragment } from "../../generated/graphql.ts";

const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** When a task was made, changed and completed. */
export function TaskTimes({ task }: { task: TaskDetails_TaskFragment }) {
  const words = (instant: string) => format.format(new Date(instant));
  return (
    <Text component="div" size="xs" c="dimmed" lh={1.6}>
      <div>Created {words(task.createdAt)}</div>
      <div>Changed {words(task.updatedAt)}</div>
      {task.completedAt && <div>Done {words(task.completedAt)}</div>}
    </Text>
  );
}
