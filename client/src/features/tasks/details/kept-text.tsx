import { Button, Text } from "@mantine/core";
import { useNamedDraft } from "../../../browser/drafts.ts";
import classes from "./kept-text.module.css";

type Props = {
  label: string;
  /** What the page keeps the text under. */
  name: string;
};

/** What somebody typed into a field of a task that is gone, to be taken elsewhere. */
export function KeptText({ label, name }: Props) {
  const [draft, write] = useNamedDraft<{ text: string }>(name);
  if (draft === undefined || draft.text === "") return null;
  return (
    <section className={classes.kept} aria-label={`${label}, as you typed it`}>
      <Text size="sm" fw={600}>
        {label}, as you typed it
      </Text>
      <Text size="sm" className={classes.text} dir="auto">
        {draft.text}
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => write(undefined)}>
        Discard
      </Button>
    </section>
  );
}
