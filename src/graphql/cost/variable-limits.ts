import type { GraphQLError } from "graphql";
import { tooComplex } from "./complexity.ts";

/** What variables may hold at most: as many values as a document could, and not nested deeper than any input. */
export const variableLimits = { values: 1000, depth: 10 };

/** @returns an error for more than {@link variableLimits} allows, found level by level, as deep as that goes; else null */
export function excessOfVariables(variables: unknown): GraphQLError | null {
  let values = 0;
  let level = [variables].filter(isHolder);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > variableLimits.depth)
      return tooComplex(`Variables are nested ${variableLimits.depth} deep at most.`);
    const inside = level.flatMap((holder) => Object.values(holder));
    values += inside.length;
    if (values > variableLimits.values) {
      return tooComplex(
        `Variables hold ${variableLimits.values} values at most. Send them in several requests.`,
      );
    }
    level = inside.filter(isHolder);
  }
  return null;
}

const isHolder = (value: unknown): value is object => typeof value === "object" && value !== null;
