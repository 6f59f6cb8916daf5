/** What JSON.stringify may escape: quotation mark, backslash, control characters, and surrogates, which may be alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
const escapable = /["\\\u0000-\u001f\ud800-\udfff]/;

/**
 * @returns the text that JSON.stringify writes for a value as a member of another one
 * @throws TypeError for what it leaves out, and what writes itself, depending on where it is
 */
export function jsonOf(value: unknown): string {
  if (typeof value === "string") return escapable.test(value) ? JSON.stringify(value) : `"${value}"`;
  if (typeof value === "number") return Number.isFinite(value) ? `${value}` : "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value !== "object" || (value !== null && "toJSON" in value))
    throw new TypeError("no plain JSON");
  return JSON.stringify(value);
}
