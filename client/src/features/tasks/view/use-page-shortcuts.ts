import { useEffect, useEffectEvent } from "react";
import { onKey } from "../../../browser/composition.ts";
import { isTypedInto } from "../../../browser/typed-into.ts";
import { undoLast } from "../../../ui/toast.tsx";
import { areShortcutsOn } from "./shortcuts.ts";

type Actions = { add: () => void; search: () => void; help: () => void };

/** The keys that work anywhere on the page but where one types, unless they are switched off. */
export function usePageShortcuts({ add, search, help }: Actions): void {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || isTypedInto(target) || target.closest("[aria-modal]")) return;
    const isUndo = event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && areShortcutsOn();
    const actions: Record<string, () => void> = { n: add, "/": search, "?": help, z: undoLast };
    const action = isUndo ? undoLast : isPlain ? actions[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  });
  useEffect(() => onKey((event) => handle(event)), []);
}
