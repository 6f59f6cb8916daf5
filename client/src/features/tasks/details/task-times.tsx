import { Text } from "@mantine/core";
import type { TaskDetails_TaskFragment } from "../../../generated/graphql.ts";
import { Moment } from "../../../ui/moment.tsx";

/** When a task was made, changed and completed. */
export function TaskTimes({ task }: { task: TaskDetails_TaskFragment }) {
  return (
    <Text component="div" size="xs" c="dimmed" lh={1.6}>
      <div>
        Created <Moment at={task.createdAt} />
      </div>
      <div>
        Changed <Moment at={task.updatedAt} />
      </div>
      {task.completedAt && (
        <div>
          Done <Moment at={task.completedAt} />
        </div>
      )}
    </Text>
  );
}
