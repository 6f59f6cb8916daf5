import { Group, Stack, Text } from "@mantine/core";
import { IconCircle, IconCircleCheckFilled, IconExclamationCircle } from "@tabler/icons-react";
import { maxPasswordBytes } from "../../../src/rules/limits.ts";
import { measurePassword } from "./password.ts";

type Props = { password: string; minLength: number };

/** The rules for a new password, ticked off while it is typed. */
export function PasswordRules({ password, minLength }: Props) {
  const { isLongEnough, fits, isNearLimit, size } = measurePassword(password, minLength);
  return (
    <Stack gap={4} component="ul" m={0} mt={6} p={0} style={{ listStyle: "none" }}>
      <Rule state={isLongEnough ? "kept" : "open"}>
        At least {minLength} characters; a few words make a good one
      </Rule>
      {isNearLimit ? (
        <Rule state={fits ? "kept" : "broken"}>
          At most {maxPasswordBytes} bytes: {size} now
        </Rule>
      ) : (
        <Rule state={isLongEnough ? "kept" : "open"}>
          At most {maxPasswordBytes} bytes, which is {maxPasswordBytes} plain letters
        </Rule>
      )}
    </Stack>
  );
}

type RuleProps = { state: "open" | "kept" | "broken"; children: React.ReactNode };

function Rule({ state, children }: RuleProps) {
  const Icon = { open: IconCircle, kept: IconCircleCheckFilled, broken: IconExclamationCircle }[state];
  const colour = { open: "dimmed", kept: "var(--own-today)", broken: "var(--mantine-color-error)" }[state];
  return (
    <Group component="li" gap={6} wrap="nowrap" align="flex-start" c={colour}>
      <Icon size={15} aria-hidden="true" style={{ flex: "none", marginTop: 2 }} />
      <Text size="xs" component="span" lh={1.5}>
        {children}
      </Text>
    </Group>
  );
}
