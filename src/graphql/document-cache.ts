/** A part of a cache: what it gives for a document's text, as Yoga wants it. */
export type DocumentCache<T> = {
  get(text: string): T | undefined;
  set(text: string, value: T): void;
  /** UTF-16 units of all texts that are kept. */
  readonly characters: number;
};

/**
 * Keeps what was made of documents, the latest used, within a bound on their texts: what is made of one is larger than
 * its text by a factor, so that a bound on their number alone would let large ones fill the memory.
 *
 * @param maxCharacters UTF-16 units
 */
export function createDocumentCache<T>(maxCharacters: number): DocumentCache<T> {
  // A Map keeps the order in which keys were added; the first is the one that was not used for the longest time.
  const kept = new Map<string, T>();
  let characters = 0;

  function remove(text: string): void {
    if (kept.delete(text)) characters -= text.length;
  }

  return {
    get characters() {
      return characters;
    },
    get(text) {
      const value = kept.get(text);
      if (value !== undefined) {
        kept.delete(text);
        kept.set(text, value);
      }
      return value;
    },
    set(text, value) {
      remove(text);
      kept.set(text, value);
      characters += text.length;
      for (const oldest of kept.keys()) {
        if (characters <= maxCharacters) break;
        remove(oldest);
      }
    },
  };
}
