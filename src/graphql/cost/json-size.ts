import { GraphQLError } from "graphql";

const quote = 0x22;
const backslash = 0x5c;

type SizeOfText = (text: string) => number;

/** @returns no less than the bytes of a text in JSON, at a glance: a control character is written as `\u0001` */
const glanceAt: SizeOfText = (text) => text.length * 6;

/** @returns the bytes of a text as JSON.stringify writes it, in UTF-8, without the quotes */
const measureText: SizeOfText = (text) => {
  // Half of a surrogate pair, which no text has that came in by the API, is written as an escape.
  if (!text.isWellFormed()) return glanceAt(text);
  let escapes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote || unit === backslash) escapes++;
    else if (unit < 0x20) escapes += unit === 0x0b || unit < 0x08 || unit > 0x0d ? 5 : 1;
  }
  return Buffer.byteLength(text) + escapes;
};

/** @returns the bytes of a value in JSON; of one that takes more than `limit` only so many that it is more */
function measureValue(value: unknown, limit: number, sizeOfText: SizeOfText): number {
  if (typeof value === "string") return 2 + sizeOfText(value);
  if (typeof value !== "object" || value === null) return String(value).length;
  // What opens it; each part brings along the comma before the next, or what closes it.
  let size = 1;
  if (Array.isArray(value)) {
    for (const item of value) {
      size += 1 + measureValue(item, limit - size, sizeOfText);
      if (size > limit) break;
    }
    return Math.max(size, 2);
  }
  const written = value instanceof GraphQLError ? value.toJSON() : value;
  // Object.entries would take three times as long.
  for (const name in written) {
    size += 4 + name.length + measureValue(written[name as keyof typeof written], limit - size, sizeOfText);
    if (size > limit) break;
  }
  return Math.max(size, 2);
}

/** Whether a value takes more bytes as JSON in UTF-8 than a limit. It is looked at no further than to there. */
export function isLargerThan(limit: number, value: unknown): boolean {
  const isLarger = (sizeOfText: SizeOfText) => measureValue(value, limit, sizeOfText) > limit;
  return isLarger(glanceAt) && isLarger(measureText);
}
