import type { KeyboardEvent } from "react";

/**
 * What Enter and Escape do in a field: Enter leaves it, which saves; Escape gives up what was typed, and only when
 * there was nothing to give up does the panel get to see it.
 */
export function handleFieldKeys(
  event: KeyboardEvent<HTMLElement>,
  revert: () => boolean,
  { enter }: { enter: "leaves" | "breaks" },
): void {
  const leaves = enter === "leaves" || event.ctrlKey || event.metaKey;
  if (event.key === "Enter" && leaves) {
    event.preventDefault();
    event.currentTarget.blur();
  }
  if (event.key === "Escape" && revert()) {
    event.preventDefault();
    event.stopPropagation();
  }
}
