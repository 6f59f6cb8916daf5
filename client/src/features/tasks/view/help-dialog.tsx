import { Group, Kbd, Modal, Stack, Switch, Text } from "@mantine/core";
import { Fragment, useState } from "react";
import { areShortcutsOn, setShortcutsOn } from "./shortcuts.ts";

type Shortcut = { keys: string[]; does: string };

const anywhere: Shortcut[] = [
  { keys: ["n"], does: "Add a task" },
  { keys: ["/"], does: "Search" },
  { keys: ["z"], does: "Undo what was done last" },
  { keys: ["?"], does: "Show this" },
];

const inList: Shortcut[] = [
  { keys: ["↓", "↑"], does: "Next or previous task (also j and k)" },
  { keys: ["Enter"], does: "Open the details" },
  { keys: ["x"], does: "Complete or reopen" },
  { keys: ["Delete"], does: "Delete" },
];

const inFields: Shortcut[] = [
  { keys: ["Enter"], does: "Save" },
  { keys: ["Esc"], does: "Leave it as it was; once more closes the details" },
];

type Props = { isOpen: boolean; onClose: () => void };

/** What the keys do, and the switch that turns single keys off. */
export function HelpDialog({ isOpen, onClose }: Props) {
  const [isOn, setOn] = useState(areShortcutsOn);
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={
        <Text span fw={650}>
          Keyboard shortcuts
        </Text>
      }
      centered
      radius="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="lg">
        <Shortcuts title="Anywhere" shortcuts={anywhere} />
        <Shortcuts title="On a task in the list" shortcuts={inList} />
        <Shortcuts title="In a field" shortcuts={inFields} />
        <Switch
          label="Use single-key shortcuts"
          checked={isOn}
          onChange={({ currentTarget: { checked } }) => {
            setShortcutsOn(checked);
            setOn(checked);
          }}
        />
      </Stack>
    </Modal>
  );
}

function Shortcuts({ title, shortcuts }: { title: string; shortcuts: Shortcut[] }) {
  return (
    <section>
      <Text component="h3" fw={600} size="sm" m={0} mb={8}>
        {title}
      </Text>
      <Stack gap={8} component="dl" m={0}>
        {shortcuts.map(({ keys, does }) => (
          <Group key={does} justify="space-between" wrap="nowrap" gap="md">
            <Text component="dt" size="sm">
              {does}
            </Text>
            <Group component="dd" m={0} gap={4} wrap="nowrap">
              {keys.map((key) => (
                <Fragment key={key}>
                  <Kbd>{key}</Kbd>
                </Fragment>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </section>
  );
}
