import { syncBuiltinESMExports } from "node:module";
import url from "node:url";
import { onTestFinished } from "vitest";

/** What puts texts into other forms, or takes them apart; some of it takes the square of a text's length. */
const methods: [owner: object, method: string][] = [
  ...["normalize", "toLowerCase", "toUpperCase", "toLocaleLowerCase", "toLocaleUpperCase"].map(
    (method): [object, string] => [String.prototype, method],
  ),
  [String.prototype, "localeCompare"],
  [url, "domainToASCII"],
  [url, "domainToUnicode"],
  [URL, "parse"],
  [URL, "canParse"],
  [Temporal.Now, "zonedDateTimeISO"],
  [Temporal.PlainDate, "from"],
  [Temporal.PlainDateTime, "from"],
  [Intl, "DateTimeFormat"],
  [Intl, "Segmenter"],
  [Buffer, "from"],
];

/**
 * Watches what the server has parsed and normalised until the test is over.
 *
 * @returns how long the longest text was that each saw, in UTF-16 units
 */
export function watchParsers(): Map<string, number> {
  const longest = new Map<string, number>();
  for (const [owner, method] of methods) {
    const original = Reflect.get(owner, method);
    const watched = function (this: unknown, ...args: unknown[]) {
      for (const text of [this, args[0]]) {
        if (typeof text !== "string") continue;
        // Bytes of UTF-8 are copied, which parses nothing.
        if (owner === Buffer && !/^(base64|base64url|hex)$/.test(String(args[1]))) continue;
        if (text.length > (longest.get(method) ?? 0)) longest.set(method, text.length);
      }
      return new.target ? Reflect.construct(original, args) : Reflect.apply(original, this, args);
    };
    Reflect.set(owner, method, watched);
    onTestFinished(() => {
      Reflect.set(owner, method, original);
      syncBuiltinESMExports();
    });
  }
  syncBuiltinESMExports();
  return longest;
}
