import { Button, Group, Text } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { useConnection } from "../../../browser/connection-context.ts";
import classes from "./field-trouble.module.css";
import type { Draft } from "./use-draft.ts";

type Props<T> = {
  draft: Draft<T>;
  /** What the task has now, in words, for somebody who has to choose. */
  saved: ReactNode;
};

const field = "textarea, input:not([type=radio]), input:checked";

/** What stands in the way of saving a field, below it, with the ways out. */
export function FieldTrouble<T>({ draft, saved }: Props<T>) {
  const { away } = useConnection();
  const { trouble, commit, revert, overrule } = draft;
  const ref = useRef<HTMLDivElement>(null);
  /** The buttons go away with the trouble: whoever pressed one by key goes on in the field. */
  const choose = (act: () => unknown) => () => {
    ref.current?.parentElement?.querySelector<HTMLElement>(field)?.focus();
    act();
  };
  if (trouble?.kind === "conflict") {
    return (
      <div ref={ref} className={classes.conflict} role="alert">
        <Text size="sm">This task was changed somewhere else meanwhile. This is what it has now:</Text>
        {/* A long one is scrolled, with the keyboard as well. */}
        <Text size="sm" className={classes.saved} dir="auto" tabIndex={0}>
          {saved}
        </Text>
        <Group gap="xs" mt="xs">
          <Button size="compact-sm" variant="filled" onClick={choose(revert)}>
            Use the new version
          </Button>
          <Button size="compact-sm" variant="default" onClick={choose(overrule)}>
            Keep mine
          </Button>
        </Group>
      </div>
    );
  }
  if (!trouble) return null;
  const isKept = trouble.kind === "kept";
  return (
    <div ref={ref} role={isKept ? "status" : "alert"} data-kept={isKept} className={classes.trouble}>
      <Text size="sm" mt={6}>
        {isKept ? "You typed this before, and it isn’t saved yet." : trouble.message}
        {trouble.kind === "failed" &&
          (away ? " It will be saved when the server is back." : " It isn’t saved yet.")}
      </Text>
      {/* The field's blur would save it once more before the click. */}
      <Group gap="xs" mt={6} onMouseDown={(event) => event.preventDefault()}>
        {(isKept || (trouble.kind === "failed" && !away)) && (
          <Button size="compact-sm" variant={isKept ? "filled" : "default"} onClick={choose(() => commit())}>
            {isKept ? "Save it" : "Try again"}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={choose(revert)}>
          Discard
        </Button>
      </Group>
    </div>
  );
}
