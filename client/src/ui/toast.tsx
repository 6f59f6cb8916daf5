import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { createKey } from "../browser/stable-key.ts";

type Undo = { id: string; run: () => void };

const closing = { closeButtonProps: { "aria-label": "Dismiss" } };

/** More would cover the page; the oldest leaves. */
const most = 3;
const shown: Undo[] = [];

function drop(id: string): void {
  const index = shown.findIndex((undo) => undo.id === id);
  if (index >= 0) shown.splice(index, 1);
}

/** Says what was done and offers to undo it, for ten seconds. Returns the function that takes the offer back. */
export function showUndo(message: ReactNode, onUndo: () => void): () => void {
  const id = createKey();
  const run = () => {
    notifications.hide(id);
    drop(id);
    onUndo();
  };
  shown.push({ id, run });
  if (shown.length > most) notifications.hide(shown.shift()?.id ?? "");
  const content = (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm" lineClamp={2} c="var(--mantine-color-text)" style={{ overflowWrap: "anywhere" }}>
        {message}
      </Text>
      <Button size="compact-sm" variant="light" onClick={run} flex="none">
        Undo
      </Button>
    </Group>
  );
  notifications.show({
    ...closing,
    id,
    message: content,
    role: "status",
    autoClose: 10_000,
    onClose: () => drop(id),
  });
  return () => {
    notifications.hide(id);
    drop(id);
  };
}

/** Undoes what the newest toast offers to undo. Returns whether there was one. */
export function undoLast(): boolean {
  const last = shown.at(-1);
  last?.run();
  return last !== undefined;
}

/** Says something that needs no answer. */
export function showNote(message: ReactNode): void {
  notifications.show({ ...closing, message, role: "status", autoClose: 5_000 });
}

/** Says what went wrong; stays until it is closed, or long enough to read twice. */
export function showProblem(message: ReactNode): void {
  notifications.show({ ...closing, message, color: "red", role: "alert", autoClose: 12_000 });
}

/** Takes all toasts away: they may name what the next user must not see. */
export function clearToasts(): void {
  shown.length = 0;
  notifications.clean();
}
