import { ActionIcon } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import classes from "./help-button.module.css";

const HelpDialog = lazy(() => import("./help-dialog.tsx").then((module) => ({ default: module.HelpDialog })));

type Props = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

/** Opens the list of keys. Not on small touch screens, which have none. */
export function HelpButton({ isOpen, onOpenChange }: Props) {
  // Loaded when it is first asked for, and kept from then on.
  const [wasOpened, setOpened] = useState(isOpen);
  if (isOpen && !wasOpened) setOpened(true);
  return (
    <>
      <ActionIcon
        className={classes.button}
        variant="subtle"
        color="gray"
        c="dimmed"
        size={40}
        aria-label="Keyboard shortcuts"
        onClick={() => onOpenChange(true)}
      >
        <IconKeyboard size={22} />
      </ActionIcon>
      <Suspense>{wasOpened && <HelpDialog isOpen={isOpen} onClose={() => onOpenChange(false)} />}</Suspense>
    </>
  );
}
