import { Button, Group, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useId, useRef, useState } from "react";
import classes from "./copyable.module.css";

/** Copies a text; where the page may not, which is where it came over plain HTTP, selects it to be copied by key. */
async function copy(text: string, element: HTMLElement | null): Promise<boolean> {
  const clipboard: Clipboard | undefined = navigator.clipboard;
  try {
    if (clipboard !== undefined) {
      await clipboard.writeText(text);
      return true;
    }
  } catch {
    // Not allowed: select it instead.
  }
  if (element) getSelection()?.selectAllChildren(element);
  return false;
}

/** A text to take elsewhere, with a button that copies it. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const id = useId();
  const ref = useRef<HTMLPreElement>(null);
  const [state, setState] = useState<"idle" | "copied" | "selected">("idle");
  const onClick = async () => setState((await copy(text, ref.current)) ? "copied" : "selected");
  return (
    <section aria-labelledby={id}>
      <Group justify="space-between" mb={6} gap="xs">
        <Text size="sm" fw={600} id={id}>
          {label}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={onClick}
          aria-label={`Copy: ${label}`}
          leftSection={
            state === "copied" ? (
              <IconCheck size={15} aria-hidden="true" />
            ) : (
              <IconCopy size={15} aria-hidden="true" />
            )
          }
        >
          {state === "copied" ? "Copied" : "Copy"}
        </Button>
      </Group>
      <pre ref={ref} className={classes.text}>
        {text}
      </pre>
      <Text size="xs" role="status" mt={4}>
        {state === "selected" && "Selected: copy it with your keyboard or the menu."}
      </Text>
    </section>
  );
}
