import { useHotkeys } from "@mantine/hooks";
import { undoLast } from "../../ui/toast.tsx";
import { areShortcutsOn } from "./shortcuts.ts";

type Actions = { add: () => void; search: () => void; help: () => void };

/** The keys that work anywhere on the page but in a field, unless they are switched off. */
export function usePageShortcuts({ add, search, help }: Actions): void {
  const ifOn = (action: () => void) => () => {
    if (areShortcutsOn()) action();
  };
  useHotkeys([
    ["n", ifOn(add)],
    ["/", ifOn(search)],
    ["shift+?", ifOn(help)],
    ["?", ifOn(help)],
    ["z", ifOn(undoLast)],
    ["mod+z", undoLast],
  ]);
}
