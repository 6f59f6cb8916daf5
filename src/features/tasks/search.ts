import { foldWords } from "../../rules/folding.ts";
import { maxSearchLength, maxSearchWords } from "../../rules/limits.ts";
import { isLongerThan } from "../../rules/text.ts";

/**
 * @returns the words that are looked for, folded, none of which is a part of another: a text that has the longer one has
 *   both. The longest come first: they are the rarest, and a row is looked at until one is missing. Null for a search
 *   that is longer than it may be
 */
export function readSearch(search: string): string[] | null {
  if (isLongerThan(search, maxSearchLength)) return null;
  const words = foldWords(search);
  if (words.length > maxSearchWords) return null;
  return words
    .toSorted((one, other) => other.length - one.length)
    .filter((word, index, sorted) => sorted.findIndex((longer) => longer.includes(word)) === index);
}
