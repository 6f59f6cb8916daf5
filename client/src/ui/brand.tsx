import { Group, Text } from "@mantine/core";

/** The mark and the name. */
export function Brand({ size = 28 }: { size?: number }) {
  return (
    <Group gap={10} wrap="nowrap">
      <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
        <rect width="32" height="32" rx="9" fill="var(--mantine-color-pine-8)" />
        <path
          d="m9.5 16.6 4.4 4.4 8.8-9.8"
          fill="none"
          stroke="#fff"
          strokeWidth="3.2"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <Text fw={700} fz={size * 0.68} lh={1} style={{ letterSpacing: "-0.02em" }}>
        Ownlist
      </Text>
    </Group>
  );
}
