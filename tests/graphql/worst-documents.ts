import { parse } from "graphql";
import { schema } from "../../src/features/schema.ts";
import { analyseCost } from "../../src/graphql/cost/analyse.ts";
import { createRandom, type Random } from "../fuzz/random.ts";
import { repeat } from "./hostile.ts";

/** A document within all limits, and how many descriptions an answer to it would hold. */
export type Candidate = { query: string; descriptions: number };

/** From the root down, each as often as it says, under aliases: in a fragment, or in place. */
type Level = { field: string; times: number; type: string; isFragment: boolean };

const aliases = [1, 1, 1, 2, 3, 4, 5, 8, 15, 16];
const beside = ["", "", "__typename", "id", "id __typename title due { at date }"];

function chooseLevels(random: Random): Level[] {
  const level = (field: string, type: string): Level => ({
    field,
    times: random.pick(aliases),
    type,
    isFragment: random.chance(0.6),
  });
  const size = random.pick([100, 100, 100, 50, random.between(1, 100)]);
  const root = level(`tasks(first: ${size})`, "Query");
  return [root, level("edges", "TaskConnection"), level("node", "TaskEdge"), level("description", "Task")];
}

/** The first of a field goes without an alias, the others have some of any length. */
function select({ field, times }: Level, below: string, random: Random): string {
  const length = random.pick([1, 1, 1, 1, 20, 300]);
  const name = (index: number) => (index === 0 ? "" : `${"a".repeat(length)}${index}: `);
  return repeat(times, (index) => `${name(index)}${field}${below}`);
}

function write(levels: Level[], random: Random): string {
  const fragments: string[] = [];
  const inside = levels.reduceRight((below, level, index) => {
    const besides = level.type === "Task" ? random.pick(beside) : "";
    const set = `${select(level, below, random)} ${besides}`;
    if (!level.isFragment || index === 0) return ` { ${set} }`;
    fragments.push(`fragment F${index} on ${level.type} { ${set} }`);
    return ` { ...F${index} }`;
  }, "");
  return [inside, ...fragments].join(" ");
}

function isWithinLimits(query: string): boolean {
  const { excess, operations } = analyseCost(schema, parse(query));
  return excess.length === 0 && [...operations.values()].every((operation) => operation.refuse({}) === null);
}

/**
 * Looks among so many splits of aliases, by levels and fragments, for those that the limits let through.
 * @returns those that ask for most, most first
 */
export function searchWorst(seed: number, tries: number): Candidate[] {
  const found = new Map<string, Candidate>();
  for (let index = 0; index < tries; index++) {
    const random = createRandom(seed, index);
    const levels = chooseLevels(random);
    const query = write(levels, random).trim();
    const size = Number(/first: (\d+)/.exec(query)?.[1]);
    const descriptions = levels.reduce((product, { times }) => product * times, size);
    if (!found.has(query) && isWithinLimits(query)) found.set(query, { query, descriptions });
  }
  return [...found.values()].sort((a, b) => b.descriptions - a.descriptions);
}
