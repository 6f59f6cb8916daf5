import { Button, Group, Text } from "@mantine/core";
import type { CombinedError, UseQueryExecute } from "urql";
import { describeError } from "../../../graphql/error-words.ts";

type Props = { error: CombinedError; onRetry: UseQueryExecute };

/** Something of the settings couldn't be read. */
export function LoadProblem({ error, onRetry }: Props) {
  return (
    <Group role="alert" gap="sm">
      <Text size="sm">This couldn’t be loaded. {describeError(error)}</Text>
      <Button size="compact-sm" variant="default" onClick={() => onRetry({ requestPolicy: "network-only" })}>
        Try again
      </Button>
    </Group>
  );
}
