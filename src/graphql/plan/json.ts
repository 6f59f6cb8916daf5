/**
 * @returns the text that JSON.stringify writes for a value as a member of another one
 * @throws TypeError for what it leaves out or refuses, and for what writes itself, depending on where it is
 */
export function jsonOf(value: unknown): string {
  if (typeof value === "object" && value !== null && "toJSON" in value) throw new TypeError("no plain JSON");
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError("no JSON");
  return text;
}
