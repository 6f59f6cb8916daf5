import { setImmediate } from "node:timers/promises";
import type { ExecutionResult } from "graphql";
import { maxAnswerSize } from "../../schema/long-texts.ts";
import type { Outcome } from "../outcome.ts";
import { tooComplex } from "./complexity.ts";
import { isLargerThan } from "./json-size.ts";
import type { OperationCost } from "./operation-cost.ts";

const message = `The answer would be larger than ${maxAnswerSize} bytes. Ask for less at once: smaller pages, or fewer long texts.`;

/**
 * Whether the answer to a query takes more than {@link maxAnswerSize} as JSON in UTF-8. To write it down and then look
 * would take the memory first: a text under many names is one text until then.
 */
function isTooLarge(answer: string | ExecutionResult, textSize: number): boolean {
  if (textSize > maxAnswerSize) return true;
  return typeof answer === "string"
    ? Buffer.byteLength(answer) > maxAnswerSize
    : isLargerThan(maxAnswerSize, answer);
}

/**
 * Whether the names in an answer, which a document can make thousands of characters long, may take more than it may: each
 * object in it costs a point. Such an answer has to be counted before it is written down.
 */
export const mayHaveLongNames = (query: string, { cost }: Pick<OperationCost, "cost">): boolean =>
  query.length * Math.max(1, cost) > maxAnswerSize;

/** Bytes of text in an answer from which on to count, to write down and to send it take milliseconds each. */
const largeTextSize = 200_000;

/** Lets what waits go first, before the next step on the way to an answer with much text in it. */
export async function giveWay({ textSize }: Pick<Outcome, "textSize">): Promise<void> {
  if (textSize > largeTextSize) await setImmediate();
}

/**
 * Refuses an answer that would be too large. One to a mutation is not: what it did is done, and what it may cost keeps it
 * far below.
 *
 * @param answer as JSON, or as it is before that
 * @returns what to answer
 */
export async function limitAnswer(
  answer: string | ExecutionResult,
  outcome: Pick<Outcome, "textSize">,
  { type }: Pick<OperationCost, "type">,
): Promise<string | ExecutionResult> {
  await giveWay(outcome);
  const isRefused = type !== "mutation" && isTooLarge(answer, outcome.textSize);
  await giveWay(outcome);
  return isRefused ? { errors: [tooComplex(message)] } : answer;
}

/**
 * Reads rows with long texts: those of one operation one page after the other, and none once the texts of those before
 * are too large for an answer. So an operation has no more of them in memory than an answer holds, and a page.
 *
 * @returns what was read; nothing where the answer is going to be refused
 */
export function readInTurn<Row>(outcome: Outcome, read: () => Promise<Row[]>): Promise<Row[]> {
  const { reading } = outcome;
  const rows = (async () => {
    if (reading !== undefined) {
      // Its texts are counted as soon as its rows are there, before anything that waits for a turn of the event loop.
      await reading.catch(() => {});
      await setImmediate();
    }
    return outcome.textSize > maxAnswerSize ? [] : read();
  })();
  outcome.reading = rows;
  return rows;
}
