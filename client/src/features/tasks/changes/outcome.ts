import type { CombinedError } from "urql";
import { describeError, isPassing } from "../../../graphql/error-words.ts";
import { type Answer, isDone, type Refusal, readRefusal } from "../../../graphql/refusal.ts";

/** How a change ended, in the terms of whoever asked for it. */
export type Outcome =
  | { kind: "done" }
  /** The server refuses a value and says why. */
  | ({ kind: "invalid" } & Refusal)
  /** Somebody or something else changed the task since it was read. */
  | { kind: "conflict" }
  | { kind: "gone"; message: string }
  /** No answer, or one that is about the server and not about the change. */
  | { kind: "failed"; message: string; isPassing: boolean };

/** Reads the answer to a mutation: what failed, what was refused, or that it is done. */
export function readOutcome(error: CombinedError | undefined, result: Answer | undefined): Outcome {
  if (error) return { kind: "failed", message: describeError(error), isPassing: isPassing(error) };
  if (!result) return { kind: "failed", message: "The server sent an empty answer.", isPassing: false };
  if (result.__typename === "ConflictError") return { kind: "conflict" };
  if (result.__typename === "NotFoundError") return { kind: "gone", message: "This task no longer exists." };
  return isDone(result) ? { kind: "done" } : { kind: "invalid", ...readRefusal(result) };
}

/** One line for a toast; null when nothing went wrong. */
export function describeOutcome(outcome: Outcome): string | null {
  switch (outcome.kind) {
    case "done":
      return null;
    case "conflict":
      return "It was changed somewhere else meanwhile.";
    case "invalid":
      return outcome.fieldErrors.map(({ message }) => message).join(" ") || outcome.message;
    case "gone":
    case "failed":
      return outcome.message;
  }
}
