import type { Problems } from "../../errors.ts";
import { isLongerThan, unstorable } from "../../rules/text.ts";

const maxNameLength = 200;

/** Reads what somebody wants to be called. @returns it trimmed; null for nothing */
export function readName(name: string | null | undefined, problems: Problems): string | null {
  const trimmed = name?.trim() ?? "";
  problems.add(["name"], unstorable("The name", trimmed));
  if (isLongerThan(trimmed, maxNameLength)) {
    problems.add(["name"], `A name has at most ${maxNameLength} characters.`);
  }
  return trimmed === "" ? null : trimmed;
}
