import { ownName } from "../browser/base-path.ts";

/** Notes that all tabs of this browser share and that outlive them. Nothing secret: any script of the page reads them. */
type Name = "signedIn" | "signingOut";

const memory = new Map<Name, string>();

/** What the note says, or null where there is none. */
export function readNote(name: Name): string | null {
  try {
    return localStorage.getItem(ownName(name));
  } catch {
    // Storage switched off: notes live as long as the page.
    return memory.get(name) ?? null;
  }
}

/** Writes a note; null takes it away. */
export function writeNote(name: Name, text: string | null): void {
  if (text === null) memory.delete(name);
  else memory.set(name, text);
  try {
    if (text === null) localStorage.removeItem(ownName(name));
    else localStorage.setItem(ownName(name), text);
  } catch {
    // See readNote().
  }
}
