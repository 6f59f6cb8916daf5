import fc from "fast-check";
import { parse, validate } from "graphql";
import { expect, it } from "vitest";
import { schema } from "../../../src/features/schema.ts";
import { seed } from "../../helpers/seed.ts";
import { answerByExecute, planFor, type Way } from "./answers.ts";
import { type MadeDocument, makeDocument } from "./documents.ts";
import { createWorld } from "./world.ts";

/** `npm run fuzz:documents` asks for more. */
const runs = Number(process.env.DOCUMENTS ?? 400);

/** What makes documents from what fast-check chooses, so that it can look for a smaller one that fails. */
const documents = fc.gen().map((choose) => {
  const between = (min: number, max: number) => choose(fc.integer, { min, max });
  return makeDocument(schema, {
    between,
    chance: (probability) => between(0, 999) < probability * 1000,
    pick: <T>(list: readonly T[]) => list[between(0, list.length - 1)] as T,
  });
});

const isValid = ({ query }: MadeDocument) => validate(schema, parse(query)).length === 0;

type Result = { data: unknown; errors?: { path: (string | number)[] }[] };

/** Whether there is nothing any more above a path. */
function isGone(data: unknown, path: (string | number)[]): boolean {
  let value: unknown = data;
  for (const key of path) {
    if (value === null) return true;
    value = (value as Record<string | number, unknown>)[key];
  }
  return false;
}

/**
 * Whether two answers differ in nothing but what graphql-js leaves to time where there are several errors: their order,
 * and which of those are told that took away what is above them.
 */
function isOtherOrder(expected: string, text: string): boolean {
  const [one, other]: Result[] = [JSON.parse(expected), JSON.parse(text)];
  const [these, those] = [one, other].map((result) => result?.errors?.map((error) => JSON.stringify(error)));
  if (!these || !those || JSON.stringify(one?.data) !== JSON.stringify(other?.data)) return false;
  const isLost = (error: string) => !these.includes(error) || !those.includes(error);
  return [...these, ...those].filter(isLost).every((error) => isGone(one?.data, JSON.parse(error).path));
}

it(
  `${runs} documents are answered by plans as by graphql-js, to the letter`,
  async () => {
    const ways: Record<Way, number> = { written: 0, repeated: 0, "not planned": 0, refused: 0 };
    const property = fc.asyncProperty(documents, fc.nat(), async (made, number) => {
      fc.pre(isValid(made));
      const { query, requests } = made;
      const answer = planFor({ schema, query });
      for (const variables of requests) {
        const [planned, executed] = [createWorld(number), createWorld(number)];
        const expected = await answerByExecute({ schema, query, variables, context: () => executed.context });
        const { text, way } = await answer(variables, planned.context);
        ways[way]++;
        if (!isOtherOrder(expected, text)) expect(text, way).toBe(expected);
        expect(planned.done, "what was changed").toEqual(executed.done);
      }
    });
    await fc.assert(property, { seed, numRuns: runs, maxSkipsPerRun: 50 });
    if (process.env.DOCUMENTS) process.stdout.write(`${JSON.stringify(ways)}\n`);
    // Enough of each, or it would say little.
    expect(Math.min(ways.written, ways.repeated, ways.refused)).toBeGreaterThan(runs / 20);
  },
  30_000 + runs * 60,
);
