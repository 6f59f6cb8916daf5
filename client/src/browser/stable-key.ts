/** Keys for React that outlive a change of id: a new task has one of our own until the server gives it its own. */
let count = 0;
const keys = new Map<string, string>();

/** A key that nothing else on this page has. (crypto.randomUUID is for secure contexts only; this works on plain HTTP.) */
export function createKey(): string {
  count += 1;
  return `key-${count}`;
}

/** From now on `id` keeps the key that `formerId` had. */
export function keepKey(formerId: string, id: string): void {
  keys.set(id, formerId);
}

/** The key of the thing with this id. */
export function stableKey(id: string): string {
  return keys.get(id) ?? id;
}

/** Forgets them all. */
export function keepNoKeys(): void {
  keys.clear();
}
