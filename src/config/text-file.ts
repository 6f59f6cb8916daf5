import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { getSystemErrorMessage } from "node:util";

/** What a text file says, or why it says nothing: words that go after "which". */
export type TextFile = { text: string } | { problem: string; code: string | undefined };

/**
 * Reads a file that people may have written. What editors add is not part of it: white space at the end, most of all a
 * line break, and the byte order mark at the beginning that some put before UTF-8 (RFC 3629 §6).
 */
export function readTextFile(path: string): TextFile {
  try {
    const bytes = readFileSync(path);
    if (!isUtf8(bytes)) return { problem: "is not UTF-8 text: save it as UTF-8", code: undefined };
    return { text: new TextDecoder().decode(bytes).trimEnd() };
  } catch (error) {
    const { errno, code } = error as NodeJS.ErrnoException;
    return { problem: `can't be read: ${errno === undefined ? code : getSystemErrorMessage(errno)}`, code };
  }
}
