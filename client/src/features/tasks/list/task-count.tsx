import { Text } from "@mantine/core";
import { Quote } from "../../../ui/user-text.tsx";
import type { View } from "../view/view.ts";

type Props = { count: number; view: View };

const kinds = { open: "open ", done: "done ", all: "" };

/** How many tasks the view has; read out when it changes with a search. */
export function TaskCount({ count, view }: Props) {
  const noun = count === 1 ? "task" : "tasks";
  return (
    <Text size="sm" c="dimmed" px={4} mb={8} role="status" style={{ overflowWrap: "anywhere" }}>
      {count.toLocaleString()} {kinds[view.show]}
      {noun}
      {view.search && (
        <>
          {" "}
          with <Quote>{view.search}</Quote>
        </>
      )}
    </Text>
  );
}
