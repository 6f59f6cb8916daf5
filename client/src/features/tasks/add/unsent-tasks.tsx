import { Button, Group, Text } from "@mantine/core";
import classes from "./unsent-tasks.module.css";

/** A task that the server didn't take, and why. */
export type Unsent = { key: string; title: string; why: string };

type Props = { tasks: Unsent[]; onSendAgain: () => void; onDiscard: () => void };

/** Tasks that were typed one after the other and couldn't be added: kept until somebody decides. */
export function UnsentTasks({ tasks, onSendAgain, onDiscard }: Props) {
  if (tasks.length === 0) return null;
  const reasons = [...new Set(tasks.map(({ why }) => why))].join(" ");
  return (
    <div className={classes.unsent} role="alert">
      <Text size="sm">Not added yet. {reasons}</Text>
      <ul className={classes.titles}>
        {tasks.map(({ key, title }) => (
          <li key={key} dir="auto">
            {title}
          </li>
        ))}
      </ul>
      <Group gap="xs">
        <Button size="compact-sm" onClick={onSendAgain}>
          Add them again
        </Button>
        <Button size="compact-sm" variant="default" onClick={onDiscard}>
          Discard
        </Button>
      </Group>
    </div>
  );
}
