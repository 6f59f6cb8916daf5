import { Button, Group } from "@mantine/core";
import { useNow } from "../../../browser/use-now.ts";
import { addDays, dayOf, weekdayOf } from "../../../browser/wall-clock.ts";

type Props = { chosen: string; onChoose: (date: string) => void };

/** Days until next Monday: seven on a Monday. */
function daysToMonday(date: string): number {
  return (8 - weekdayOf(date)) % 7 || 7;
}

/** Each day by its name, as it lies from today. */
const days: { name: string; from: (today: string) => string }[] = [
  { name: "Today", from: (today) => today },
  { name: "Tomorrow", from: (today) => addDays(today, 1) },
  { name: "Next week", from: (today) => addDays(today, daysToMonday(today)) },
];

/** The days that tasks are mostly due, one click each: what they mean is said by the clock at the click. */
export function QuickDays({ chosen, onChoose }: Props) {
  const today = dayOf(useNow());
  return (
    <Group gap={5} mb="xs">
      {days.map(({ name, from }) => (
        <Button
          key={name}
          size="compact-md"
          px={7}
          fz="sm"
          variant={from(today) === chosen ? "light" : "default"}
          aria-pressed={from(today) === chosen}
          onClick={() => onChoose(from(dayOf(new Date())))}
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
