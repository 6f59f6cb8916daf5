import type { Problems } from "../../errors.ts";
import { foldText, foldTitle } from "../../rules/folding.ts";
import { maxDescriptionLength, maxTitleLength } from "../../rules/limits.ts";
import { isLongerThan, unstorable } from "../../rules/text.ts";

/** @returns the title as it is kept: trimmed, otherwise as it was sent */
export function readTitle(written: string, problems: Problems): string {
  const title = written.trim();
  problems.add(["title"], unstorable("The title", title));
  if (!/[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}]/u.test(title)) {
    problems.add(["title"], "Give the task a title.");
  }
  if (isLongerThan(title, maxTitleLength)) {
    problems.add(
      ["title"],
      `A title has at most ${maxTitleLength} characters. Put the rest into the description.`,
    );
  }
  return title;
}

/** Checks a description, which is kept as it was sent. */
export function checkDescription(description: string, problems: Problems): void {
  problems.add(["description"], unstorable("The description", description));
  if (isLongerThan(description, maxDescriptionLength)) {
    problems.add(["description"], `A description has at most ${maxDescriptionLength} characters.`);
  }
}

/**
 * The columns that hold a title. What is sorted by and searched in is made here rather than by the database,
 * so that it is the same on all of them, whatever their locale.
 */
export function titleColumns(title: string) {
  return { title, titleSearch: foldText(title), titleKey: foldTitle(title) };
}

/** The columns that hold a description. */
export function descriptionColumns(description: string | null) {
  return { description, descriptionSearch: description === null ? null : foldText(description) };
}
