import Bowser from "bowser";

/**
 * @param userAgent the header of that name (RFC 9110 §10.1.5)
 * @returns browser and system in words, the product that it names first, or null where it says nothing
 */
export function describeDevice(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const { browser, os } = Bowser.parse(userAgent);
  if (browser.name && os.name) return `${browser.name} on ${os.name}`;
  return /^[\w.-]{1,40}/.exec(userAgent)?.[0] ?? null;
}
