import { ownName } from "../../../browser/base-path.ts";

const key = () => ownName("shortcuts");

/** Whether single keys act: whoever uses speech input can switch them off (WCAG 2.1.4). On at first. */
export function areShortcutsOn(): boolean {
  try {
    return localStorage.getItem(key()) !== "off";
  } catch {
    return true;
  }
}

export function setShortcutsOn(on: boolean): void {
  try {
    localStorage.setItem(key(), on ? "on" : "off");
  } catch {
    // Without storage they stay on.
  }
}
