import { ActionIcon } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";
import { useState } from "react";
import { lazyPart } from "../../../ui/lazy-part.tsx";
import { PartNotice } from "../../../ui/part-notice.tsx";
import classes from "./help-button.module.css";

const HelpDialog = lazyPart(() => import("./help-dialog.tsx").then(({ HelpDialog }) => HelpDialog));

type Props = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

/** Opens the list of keys. Not on small touch screens, which have none. */
export function HelpButton({ isOpen, onOpenChange }: Props) {
  // Loaded when it is first asked for, and kept from then on.
  const [wasOpened, setOpened] = useState(isOpen);
  if (isOpen && !wasOpened) setOpened(true);
  const close = () => onOpenChange(false);
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
      {wasOpened && (
        <HelpDialog
          isOpen={isOpen}
          onClose={close}
          failed={(failure) =>
            isOpen && <PartNotice what="The list of keys" failure={failure} onClose={close} floats />
          }
        />
      )}
    </>
  );
}
