import { setImmediate } from "node:timers/promises";
import type { Plugin } from "graphql-yoga";
import { maxAnswerSize } from "../../schema/long-texts.ts";
import type { Outcome } from "../fixed-answers.ts";
import { tooComplex } from "./complexity.ts";
import { isLargerThan } from "./json-size.ts";

const message = `The answer would be larger than ${maxAnswerSize} bytes. Ask for less at once: smaller pages, or fewer long texts.`;

/**
 * Whether the answer to a query takes more than {@link maxAnswerSize} as JSON in UTF-8. To write it down and then look
 * would take the memory first: a text under many names is one text until then.
 */
export const isTooLarge = (result: object, { textSize }: Pick<Outcome, "textSize">): boolean =>
  textSize > maxAnswerSize || isLargerThan(maxAnswerSize, result);

/** Bytes of text in an answer from which on to count, to write down and to send it take milliseconds each. */
const largeTextSize = 200_000;

/** Lets what waits go first, before the next step on the way to an answer with much text in it. */
export async function giveWay({ textSize }: Pick<Outcome, "textSize">): Promise<void> {
  if (textSize > largeTextSize) await setImmediate();
}

/**
 * Refuses answers that would be too large, before they are written down. Those to mutations are not: what they did is
 * done, and what they may cost keeps them far below.
 */
export function useAnswerLimit(): Plugin<object, { outcome: Outcome }> {
  return {
    async onResultProcess({ result, setResult, serverContext: { outcome } }) {
      await giveWay(outcome);
      if (outcome.operation?.type !== "mutation" && isTooLarge(result, outcome)) {
        outcome.isFixed = false;
        setResult({ errors: [tooComplex(message)] });
      }
      await giveWay(outcome);
    },
  };
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
