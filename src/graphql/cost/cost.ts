import { type ArgumentNode, type DirectiveNode, Kind, type ValueNode } from "graphql";

/** What one operation may cost. Nine full pages of tasks, each with all that a task has, come to 4,779. */
export const costLimit = 5000;

/** What a field costs that says nothing else in its extensions, as `cost`. */
export const usualCosts = { object: 1, mutation: 10 };

/** What the schema's description costs, which is made anew each time: with all there is in it some ten milliseconds. */
export const introspectionCosts = new Map([
  ["__schema", 2000],
  ["__type", 100],
]);

/** What an operation is given: its variables by name, and a number of entries that no page is counted with more of. */
export type Given = { variable(name: string): unknown; cap: number };

/** How many entries something has, or how many points it costs. */
export type Amount = (given: Given) => number;

/**
 * A part of an operation, as far as cost goes: a field of objects, or a group of fields, which is a fragment.
 *
 * A connection says how many entries it has, and what lies below its lists is counted once for each of them; a list is
 * counted itself as well, as often as it has entries.
 */
export type Part = {
  role: "object" | "connection" | "entries" | "list" | "group";
  /** In the answer; empty for a group. */
  name: string;
  /** Without what is below. */
  own: Amount;
  entries: Amount;
  /** `@skip` and `@include`. */
  conditions: readonly DirectiveNode[];
  parts: readonly Part[];
};

/** @returns the value of a literal or of a variable, with the variables inside; undefined for what was not sent */
export function readValue(node: ValueNode | undefined, given: Given): unknown {
  switch (node?.kind) {
    case Kind.VARIABLE:
      return given.variable(node.name.value);
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((value) => readValue(value, given));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, readValue(value, given)]));
  }
}

export const argumentOf = (nodes: readonly ArgumentNode[] | undefined, name: string) =>
  nodes?.find((node) => node.name.value === name)?.value;

function isLeftOut(conditions: readonly DirectiveNode[], given: Given): boolean {
  return conditions.some(
    ({ name, arguments: args }) => readValue(argumentOf(args, "if"), given) === (name.value === "skip"),
  );
}

/** @param entries of the connection that the part lies directly in; 1 elsewhere */
function costOf(part: Part, given: Given, entries: number): number {
  if (isLeftOut(part.conditions, given)) return 0;
  const { parts } = part;
  const own = part.own(given);
  switch (part.role) {
    case "group":
      return costOfAll(parts, given, entries);
    case "entries":
      return own + entries * costOfAll(parts, given);
    case "connection":
      return own + costOfAll(parts, given, part.entries(given));
    case "list":
      return part.entries(given) * (own + costOfAll(parts, given));
    case "object":
      return own + costOfAll(parts, given);
  }
}

/** @returns what parts cost together */
export function costOfAll(parts: readonly Part[], given: Given, entries = 1): number {
  return parts.reduce((sum, part) => sum + costOf(part, given, entries), 0);
}

/** @returns the names from the root down to where most of the cost comes from */
export function findCostliest(parts: readonly Part[], given: Given, entries = 1): string[] {
  const costs = parts.map((part) => costOf(part, given, entries));
  const cost = Math.max(...costs);
  const part = parts[costs.indexOf(cost)];
  if (part === undefined) return [];
  if (part.role === "group") return findCostliest(part.parts, given, entries);
  const below = part.role === "connection" ? part.entries(given) : 1;
  const isMostlyBelow = cost > 2 * part.own(given);
  return [part.name, ...(isMostlyBelow ? findCostliest(part.parts, given, below) : [])];
}

/** @returns the most entries a page with which the cost is within a limit; 0 when even pages of one cost more */
export function findPassingPage(parts: readonly Part[], given: Given, limit: number): number {
  let [passing, refused] = [0, given.cap];
  while (refused - passing > 1) {
    const cap = Math.floor((passing + refused) / 2);
    if (costOfAll(parts, { ...given, cap }) > limit) refused = cap;
    else passing = cap;
  }
  return passing;
}
