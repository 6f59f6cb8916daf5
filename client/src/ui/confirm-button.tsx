import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { FormProblem } from "./form-problem.tsx";

type Props = {
  /** The button's words, and its name where these say too little. */
  label: string;
  name?: string;
  size?: "xs" | "sm";
  title: string;
  /** What comes of it. */
  children: ReactNode;
  /** The words of the button that does it. */
  action: string;
  /** Does it. Returns what went wrong, in words, or null. */
  onConfirm: () => Promise<string | null>;
};

/** A button that asks once more before something is lost. */
export function ConfirmButton({ label, name, size = "sm", title, children, action, onConfirm }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const close = () => {
    setProblem(null);
    setOpen(false);
  };
  const confirm = async () => {
    setBusy(true);
    const why = await onConfirm();
    setBusy(false);
    setProblem(why);
    if (why === null) setOpen(false);
  };
  return (
    <>
      <Button
        variant="default"
        size={size}
        w="fit-content"
        flex="none"
        onClick={() => setOpen(true)}
        aria-label={name}
      >
        {label}
      </Button>
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
    </>
  );
}
