import { Button, Group, Paper, Text } from "@mantine/core";
import { type KeyboardEvent, useEffect, useEffectEvent, useLayoutEffect, useRef } from "react";
import type { Hindrance, PartFailure } from "./lazy-part.tsx";
import classes from "./part-notice.module.css";
import { describeReload } from "./reload-words.ts";

type Props = {
  /** The part's name at the start of a sentence: "The settings". */
  what: string;
  failure: PartFailure;
  /** What closes it, where it can be closed. */
  onClose?: () => void;
  /** Whether it floats above the page, in a corner. */
  floats?: boolean;
};

const words: Record<Hindrance, string> = {
  away: "can’t be shown: the server can’t be reached. It is tried again when it is back.",
  replaced: "can’t be shown by this page: there is a new version of Ownlist. Load the page again to get it.",
  missing: "couldn’t be shown. If trying again doesn’t help, loading the page again may.",
  ready: "can be shown now.",
  faulty: "stopped working. If trying again doesn’t help, loading the page again may.",
};

/** Stands where a part of the page can't be shown, and says why and what to do. */
export function PartNotice({ what, failure: { kind, retry }, onClose, floats = false }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const mayReload = kind !== "away" && kind !== "ready";
  // It may have failed long before it was asked for. What is there and broke would break again, and again.
  const tryAtOnce = useEffectEvent(() => {
    if (kind !== "faulty") retry();
  });
  useEffect(tryAtOnce, []);
  // Whoever asked for the part goes on in what stands for it, and afterwards where they were.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const notice = ref.current;
    notice?.focus();
    return () => {
      const hasFocus = notice?.contains(document.activeElement);
      if (hasFocus && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose?.();
  };
  return (
    <Paper
      ref={ref}
      role="alert"
      tabIndex={-1}
      className={classes.notice}
      data-floats={floats}
      onKeyDown={onKeyDown}
    >
      <Text size="sm">
        {what} {words[kind]}
        {mayReload && describeReload()}
      </Text>
      <Group gap="xs" mt="sm">
        {kind !== "replaced" && (
          <Button size="compact-sm" variant="default" onClick={retry}>
            {kind === "ready" ? "Show" : "Try again"}
          </Button>
        )}
        {mayReload && (
          <Button
            size="compact-sm"
            variant={kind === "replaced" ? "filled" : "default"}
            onClick={() => location.reload()}
          >
            Load the page again
          </Button>
        )}
        {onClose && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onClose}>
            Close
          </Button>
        )}
      </Group>
    </Paper>
  );
}
