import { Alert, Button, Text } from "@mantine/core";
import { useState } from "react";
import { useClient } from "urql";
import type { TaskDetails_TaskFragment } from "../../../generated/graphql.ts";
import { showProblem } from "../../../ui/toast.tsx";
import { describeOutcome } from "../changes/outcome.ts";
import { restoreTask } from "../changes/task-mutations.ts";

/** Says that the task whose details are open was deleted meanwhile; what was typed into them stays. */
export function DeletedNote({ task }: { task: TaskDetails_TaskFragment }) {
  const client = useClient();
  const [isBusy, setBusy] = useState(false);
  const bringBack = async () => {
    setBusy(true);
    const why = describeOutcome(await restoreTask(client, task));
    setBusy(false);
    if (why) showProblem(`Couldn’t bring it back. ${why}`);
  };
  return (
    <Alert color="yellow" role="alert" p="sm" mb="md">
      <Text size="sm" c="var(--mantine-color-text)" mb="xs">
        This task was deleted.
      </Text>
      <Button size="compact-sm" variant="default" onClick={bringBack} loading={isBusy}>
        Bring it back
      </Button>
    </Alert>
  );
}
