import { Button, EmptyState, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconGhost2, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useClient, useQuery } from "urql";
import { readFragment } from "../../../generated/fragment-masking.ts";
import { graphql } from "../../../generated/gql.ts";
import type { TaskDetails_TaskFragment } from "../../../generated/graphql.ts";
import { describeError } from "../../../graphql/error-words.ts";
import { useKept } from "../../../graphql/use-kept.ts";
import { useRefresh } from "../../../graphql/use-refresh.ts";
import { type TaskChanges, updateTask } from "../changes/task-mutations.ts";
import { useTaskActions } from "../changes/use-task-actions.tsx";
import { TaskDetails_Task } from "../fields/task-details-fragment.ts";
import { draftName } from "../fields/task-drafts.ts";
import { closeTask, focusTask } from "../view/chosen-task.ts";
import { keepFocusNear } from "../view/task-keys.ts";
import { DeletedNote } from "./deleted-note.tsx";
import { KeptText } from "./kept-text.tsx";
import { taskFields } from "./task-fields.ts";
import { TaskTimes } from "./task-times.tsx";

const taskDocument = graphql(`
  query TaskDetails_Read($id: ID!) {
    task(id: $id) {
      id
      ...TaskDetails_Task
    }
  }
`);

type Props = { id: string; autoFocus: boolean };

/** Everything of one task, each field saved when one leaves it. */
export function TaskDetails({ id, autoFocus }: Props) {
  const [{ data, error, fetching, stale }, refetch] = useQuery({ query: taskDocument, variables: { id } });
  const { value: kept } = useKept(data, id, id);
  const found = readFragment(TaskDetails_Task, kept?.task);
  // Deleted while one looks at it: what was being typed would be lost with the fields.
  const [last, setLast] = useState(found);
  if (found && found !== last) setLast(found);
  const task = found ?? last;
  useRefresh(refetch);
  if (task)
    return (
      <>
        {!found && <DeletedNote task={task} />}
        <Fields task={task} autoFocus={autoFocus} />
      </>
    );
  if (fetching || stale) return <Skeleton height={28} mt="sm" />;
  return (
    <>
      <EmptyState
        py={48}
        icon={<IconGhost2 />}
        title={error ? "The task couldn’t be loaded" : "This task is gone"}
        description={error ? describeError(error) : "It was deleted, or it never was here."}
      >
        <EmptyState.Actions>
          {error && <Button onClick={() => refetch({ requestPolicy: "network-only" })}>Try again</Button>}
          <Button variant="default" onClick={closeTask}>
            Back to the list
          </Button>
        </EmptyState.Actions>
      </EmptyState>
      {!error &&
        taskFields.map(
          ({ name, text }) => text && <KeptText key={name} label={text} name={draftName(id, name)} />,
        )}
    </>
  );
}

const isEqual = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

type FieldsProps = { task: TaskDetails_TaskFragment; autoFocus: boolean };

function Fields({ task, autoFocus }: FieldsProps) {
  const client = useClient();
  const { remove } = useTaskActions();
  const { id } = task;

  const save = async (changes: TaskChanges, checked: boolean) => {
    const outcome = await updateTask(client, id, changes, checked);
    if (outcome.kind !== "conflict") return outcome;
    // The new version is what one has to choose against, unless it is something else that has changed.
    const { data } = await client.query(taskDocument, { id }, { requestPolicy: "network-only" });
    const now = readFragment(TaskDetails_Task, data?.task);
    const changed = Object.keys(changes) as (keyof TaskChanges)[];
    const isSame = now && changed.every((name) => isEqual(now[name], task[name]));
    return isSame ? updateTask(client, id, changes, checked) : outcome;
  };
  const discard = () => {
    // By way of the row, the focus gets to the one after it.
    focusTask(id);
    keepFocusNear(id, () => {
      closeTask();
      void remove(task);
    });
  };

  return (
    <Stack gap="lg">
      {taskFields.map(({ name, Field }) => (
        <Field key={name} name={draftName(id, name)} task={task} autoFocus={autoFocus} save={save} />
      ))}
      <Group justify="space-between" align="center">
        <TaskTimes task={task} />
        <Button
          variant="subtle"
          color="red"
          c="var(--mantine-color-error)"
          leftSection={<IconTrash size={18} />}
          onClick={discard}
        >
          Delete task
        </Button>
      </Group>
      <Text size="xs" c="dimmed" visibleFrom="sm">
        Changes are saved when you leave a field. Esc takes them back.
      </Text>
    </Stack>
  );
}
