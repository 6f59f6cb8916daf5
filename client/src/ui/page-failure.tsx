import { Button, Center, EmptyState, Text } from "@mantine/core";
import { IconBug } from "@tabler/icons-react";
import { describeReload } from "./reload-words.ts";

/** All of the page has broken: offers to load it again instead of showing nothing. */
export function PageFailure() {
  return (
    <Center component="main" mih="100dvh" p="md">
      <EmptyState
        role="alert"
        icon={<IconBug />}
        title={
          <Text component="h1" inherit m={0}>
            This page has stopped working
          </Text>
        }
        description={`Your tasks are safe on the server. Loading the page again usually helps.${describeReload()}`}
      >
        <EmptyState.Actions>
          <Button onClick={() => location.reload()}>Load it again</Button>
        </EmptyState.Actions>
      </EmptyState>
    </Center>
  );
}
