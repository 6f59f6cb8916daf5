/** One problem of an input, as the server names it. */
export type FieldError = { path: string[]; message: string };

/**
 * Sorts the server's problems by the form's fields.
 * @returns a message for each named field, and under "form" whatever belongs to none of them
 */
export function sortByField<Name extends string>(
  errors: FieldError[],
  names: readonly Name[],
  message: string,
): Partial<Record<Name | "form", string>> {
  const sorted: Partial<Record<Name | "form", string>> = {};
  for (const error of errors) {
    const name: Name | "form" = names.find((candidate) => candidate === error.path[0]) ?? "form";
    sorted[name] = [sorted[name], error.message].filter(Boolean).join(" ");
  }
  if (errors.length === 0) sorted.form = message;
  return sorted;
}
