import { Alert, Button, Group, Text } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useConnection } from "../browser/connection-context.ts";

/** Says that the server can't be reached, for as long as it can't. */
export function AwayBanner() {
  const { away, probe } = useConnection();
  return (
    <div role="status">
      {away && (
        <Alert color="yellow" radius={0} p="xs" icon={<IconPlugConnectedX size={20} />} variant="light">
          <Group justify="space-between" gap="xs">
            <Text size="sm" c="var(--mantine-color-text)">
              The server can’t be reached. Trying again by itself; what you type stays here.
            </Text>
            <Button size="compact-sm" variant="default" onClick={probe}>
              Try now
            </Button>
          </Group>
        </Alert>
      )}
    </div>
  );
}
