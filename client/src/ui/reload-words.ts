import { areDraftsKept, canHandOver } from "../browser/drafts.ts";

/** What becomes of what somebody has typed when the page is loaded again; "" where there is nothing. */
export function describeReload(): string {
  if (!areDraftsKept()) return "";
  return canHandOver()
    ? " What you have typed is kept."
    : " Copy what you have typed first: it would be lost.";
}
