import { Group } from "@mantine/core";
import type { ReactNode } from "react";
import { Brand } from "./brand.tsx";
import { ColorSchemeMenu } from "./color-scheme-menu.tsx";
import classes from "./header.module.css";

/** The bar at the top of every page of somebody who is signed in. */
export function Header({ children }: { children: ReactNode }) {
  return (
    <header className={classes.header}>
      <Brand />
      <Group gap={4} wrap="nowrap" miw={0}>
        <ColorSchemeMenu />
        {children}
      </Group>
    </header>
  );
}
