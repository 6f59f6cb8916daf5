import { z } from "zod";

/**
 * An address that may hold a password, so that the problem, which goes after the variable's name, does not show it.
 * @param protocols the schemes that would do
 * @param example one of them
 */
export function secretUrl(protocols: RegExp, example: string) {
  return z.string().superRefine((url, context) => {
    const character = protocols.test(url) ? findUnencoded(url) : null;
    if (character !== null) {
      const message = `has ${character} where it can't stand for itself, in the password perhaps: ${encoding}`;
      context.addIssue({ code: "custom", message });
    } else if (!protocols.test(url) || !URL.canParse(url)) {
      context.addIssue({ code: "custom", message: `is not an address such as ${example}.` });
    }
  });
}

/** RFC 3986 §2.1; percent signs come first for who replaces one after the other. */
const encoding = "write % as %25, # as %23, / as %2F, ? as %3F, @ as %40, : as %3A and a space as %20.";

/**
 * What cuts an address short or changes what it says, and would be told as a host that nobody knows. An "@" or ":" in
 * the password is none: parsers take the last "@" and the first ":".
 */
function findUnencoded(url: string): string | null {
  if (/\s/.test(url)) return "white space";
  if (url.includes("#")) return 'a "#"';
  if (!isDecodable(url)) return 'a "%"';
  const [, authority = "", rest = ""] = /^\w+:\/\/([^/?]*)(.*)$/.exec(url) ?? [];
  // After a host there may be a name, and settings; what looks like another host is where the password really ends.
  const isCut = /@[^@/?]+(?:[/?][^@]*)?$/.test(rest) && !/^[^?@]*\?[\w.]+=/.test(rest);
  if (!isCut) return null;
  return url.charAt(url.indexOf("//") + 2 + authority.length) === "/" ? 'a "/"' : 'a "?"';
}

/** Whether every "%" stands before two hexadecimal digits, and all of them together for UTF-8. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
