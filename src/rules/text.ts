/** @returns the number of code points, which is what people and limits count */
function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Whether a text has more than so many code points, without counting those of one that is far too long. */
export function isLongerThan(text: string, codePoints: number): boolean {
  if (text.length <= codePoints) return false;
  return text.length > 2 * codePoints || countCodePoints(text) > codePoints;
}

/** @returns the shortest text that, repeated, makes the whole: "passwordpassword" is "password" twice */
export function repeatedUnit(text: string): string {
  return text.slice(0, (text + text).indexOf(text, 1));
}

/** @returns why a text can't be stored and returned as it is, or null when it can */
export function unstorable(label: string, text: string): string | null {
  if (text.includes("\0")) return `${label} can't contain the NUL character (U+0000).`;
  if (!text.isWellFormed()) return `${label} contains half of a surrogate pair, which is not a character.`;
  return null;
}
