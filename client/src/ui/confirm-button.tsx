import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { FormProblem } from "./form-problem.tsx";

type Props = {
  title: string;
  /** What comes of it. */
  children: ReactNode;
  /** The words of the button that does it. */
  action: string;
  isOpen: boolean;
  onClose: () => void;
  /** Does it. Returns what went wrong, in words, or null. */
  onConfirm: () => Promise<string | null>;
};

/** Asks once more before something is lost. */
export function ConfirmDialog({ title, children, action, isOpen, onClose, onConfirm }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const close = () => {
    setProblem(null);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    const why = await onConfirm();
    setBusy(false);
    setProblem(why);
    if (why === null) onClose();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={
        <Text span fw={650}>
          {title}
        </Text>
      }
      centered
      radius="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="md">
        <FormProblem>{problem ?? undefined}</FormProblem>
        <Text size="sm">{children}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button color="red" onClick={confirm} loading={isBusy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
