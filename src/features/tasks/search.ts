import { foldText } from "../../rules/folding.ts";
import { isLongerThan } from "../../rules/text.ts";

/** What one search may ask for: in words, and in code points. */
export const maxSearchWords = 16;
export const maxSearchLength = 500;

/**
 * @returns the words that are looked for, folded, none of which is a part of another: a text that has the longer one has
 *   both. The longest come first: they are the rarest, and a row is looked at until one is missing. Null for a search
 *   that is longer than it may be
 */
export function readSearch(search: string): string[] | null {
  if (isLongerThan(search, maxSearchLength)) return null;
  const words = foldText(search).split(/\s+/).filter(Boolean);
  if (words.length > maxSearchWords) return null;
  return words
    .toSorted((one, other) => other.length - one.length)
    .filter((word, index, sorted) => sorted.findIndex((longer) => longer.includes(word)) === index);
}
