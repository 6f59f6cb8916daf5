import { Button, Group } from "@mantine/core";
import { addDays } from "../../ui/wall-clock.ts";

type Props = { chosen: string; onChoose: (date: string) => void };

/** Days until next Monday: seven on a Monday. */
function daysToMonday(now: Date): number {
  return (8 - now.getDay()) % 7 || 7;
}

/** The days that tasks are mostly due, one click each. */
export function QuickDays({ chosen, onChoose }: Props) {
  const now = new Date();
  const days = [
    { name: "Today", date: addDays(now, 0) },
    { name: "Tomorrow", date: addDays(now, 1) },
    { name: "Next week", date: addDays(now, daysToMonday(now)) },
  ];
  return (
    <Group gap={5} mb="xs">
      {days.map(({ name, date }) => (
        <Button
          key={name}
          size="compact-md"
          px={7}
          fz="sm"
          variant={date === chosen ? "light" : "default"}
          aria-pressed={date === chosen}
          onClick={() => onChoose(date)}
        >
          {name}
        </Button>
      ))}
      {chosen !== "" && (
        <Button size="compact-md" px={6} fz="sm" variant="subtle" color="gray" onClick={() => onChoose("")}>
          No date
        </Button>
      )}
    </Group>
  );
}
