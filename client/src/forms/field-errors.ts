import type { Refusal } from "../graphql/refusal.ts";

/**
 * Sorts the server's problems by the form's fields.
 * @returns a message for each named field, and under "form" whatever belongs to none of them
 */
export function sortByField(
  { message, fieldErrors }: Refusal,
  names: readonly string[],
): Record<string, string> {
  const sorted: Record<string, string> = fieldErrors.length === 0 ? { form: message } : {};
  for (const error of fieldErrors) {
    const name = names.find((candidate) => candidate === error.path[0]) ?? "form";
    sorted[name] = [sorted[name], error.message].filter(Boolean).join(" ");
  }
  return sorted;
}
