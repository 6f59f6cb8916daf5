import { Button, EmptyState } from "@mantine/core";
import { IconCloudOff } from "@tabler/icons-react";
import type { CombinedError, UseQueryExecute } from "urql";
import { describeError } from "../../../graphql/error-words.ts";

type Props = { error: CombinedError; onRetry: UseQueryExecute };

/** The list couldn't be read. */
export function ListError({ error, onRetry }: Props) {
  return (
    <EmptyState
      role="alert"
      py={64}
      icon={<IconCloudOff />}
      title="Your tasks couldn’t be loaded"
      description={describeError(error)}
    >
      <EmptyState.Actions>
        <Button variant="light" onClick={() => onRetry({ requestPolicy: "network-only" })}>
          Try again
        </Button>
      </EmptyState.Actions>
    </EmptyState>
  );
}
