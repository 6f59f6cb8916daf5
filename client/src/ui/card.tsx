import { Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./card.module.css";

type Props = {
  title: string;
  /** What it is for, or what comes of it. */
  about?: ReactNode;
  /** Whether something is lost here. */
  isGrave?: boolean;
  children?: ReactNode;
};

/** One matter of a settings page. */
export function Card({ title, about, isGrave = false, children }: Props) {
  return (
    <Paper component="section" className={classes.card} data-grave={isGrave}>
      <Stack gap="md">
        <Stack gap={4}>
          <Title order={2} fz={17}>
            {title}
          </Title>
          {about && (
            <Text size="sm" c="dimmed">
              {about}
            </Text>
          )}
        </Stack>
        {children}
      </Stack>
    </Paper>
  );
}
