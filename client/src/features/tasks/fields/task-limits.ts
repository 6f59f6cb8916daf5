import { maxDescriptionLength, maxTitleLength } from "../../../../../src/rules/limits.ts";

function checkLength(text: string, longest: number): string | null {
  const length = [...text].length;
  return length > longest
    ? `At most ${longest.toLocaleString()} characters; this has ${length.toLocaleString()}.`
    : null;
}

/** Says what is wrong with a title, or null. Counts code points after trimming, as the server does. */
export function checkTitle(title: string): string | null {
  const trimmed = title.trim();
  return trimmed === "" ? "A task needs a title." : checkLength(trimmed, maxTitleLength);
}

/** Says what is wrong with notes, or null. */
export function checkNotes(notes: string): string | null {
  return checkLength(notes, maxDescriptionLength);
}
