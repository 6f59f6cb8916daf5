import type { Problems } from "../../errors.ts";
import { maxUserNameLength } from "../../rules/limits.ts";
import { isLongerThan, unstorable } from "../../rules/text.ts";

/** Reads what somebody wants to be called. @returns it trimmed; null for nothing */
export function readName(name: string | null | undefined, problems: Problems): string | null {
  const trimmed = name?.trim() ?? "";
  problems.add(["name"], unstorable("The name", trimmed));
  if (isLongerThan(trimmed, maxUserNameLength)) {
    problems.add(["name"], `A name has at most ${maxUserNameLength} characters.`);
  }
  return trimmed === "" ? null : trimmed;
}
