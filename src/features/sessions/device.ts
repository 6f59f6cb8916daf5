import Bowser from "bowser";
import { createBoundedCache } from "../../runtime/bounded-cache.ts";

/** UTF-16 units of the headers whose words are remembered: some hundreds. Whoever sends more makes it slow, not wrong. */
const remembered = createBoundedCache<{ words: string | null }>(131_072);

/**
 * @param userAgent the header of that name (RFC 9110 §10.1.5)
 * @returns browser and system in words, the product that it names first, or null where it says nothing
 */
export function describeDevice(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const known = remembered.get(userAgent) ?? { words: readDevice(userAgent) };
  remembered.set(userAgent, known);
  return known.words;
}

function readDevice(userAgent: string): string | null {
  const { browser, os } = Bowser.parse(userAgent);
  if (browser.name && os.name) return `${browser.name} on ${os.name}`;
  return /^[\w.-]{1,40}/.exec(userAgent)?.[0] ?? null;
}
