import { Alert, Button, Stack, Text } from "@mantine/core";
import { getBasePath } from "../../../browser/base-path.ts";
import { Quote } from "../../../ui/user-text.tsx";
import { Copyable } from "./copyable.tsx";
import type { Created } from "./created.ts";
import { curlExample } from "./curl-example.ts";

type Props = { created: Created; onClose: () => void };

/** The secret of a new token, the one time that it is there to be seen. */
export function NewToken({ created: { secret, name, scopes }, onClose }: Props) {
  return (
    <Stack gap="md">
      <Alert
        color="yellow"
        p="sm"
        role="status"
        title={
          <>
            The token <Quote>{name}</Quote> is made
          </>
        }
      >
        <Text size="sm" c="var(--mantine-color-text)">
          Copy it now: it is not shown again. Keep it like a password; who has it can do with your account
          what you let it do.
        </Text>
      </Alert>
      <Copyable label="Your token" text={secret} />
      <Copyable
        label="Try it in a shell"
        text={curlExample(location.origin + getBasePath(), secret, scopes)}
      />
      <Button variant="default" w="fit-content" onClick={onClose}>
        I have copied it
      </Button>
    </Stack>
  );
}
