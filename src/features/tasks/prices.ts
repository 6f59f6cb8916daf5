import { maxSearchWords } from "../../rules/limits.ts";
import { readSearch } from "./search.ts";

/**
 * What tasks cost in points, each of which stands for a tenth of a millisecond of the server's time: as measured with
 * 10,000 tasks, see docs/api.md. What more of them take is charged for afterwards: see rate-limits/operations.ts.
 */
const prices = {
  /** A statement or more. */
  list: 10,
  change: 10,
  /** Looking at tasks that are not shown, since no index holds all that a filter may ask for. */
  filter: 20,
  /** Looking at all texts, for the page and once more for the count. */
  search: 20,
  word: 10,
};

/** `totalCount`, which looks at all that the filter lets through. */
export const countPrice = 20;

/** UTF-16 units of a search whose words are counted; longer ones have as many as there may be. */
const longestCounted = 100;

/** UTF-16 units that are folded for one point, where folding takes longest: "ﷺ" becomes eighteen letters. */
const foldedUnits = 128;

const fieldsOf = (input: unknown): Record<string, unknown> =>
  typeof input === "object" && input !== null ? { ...input } : {};

function priceOfSearch(search: unknown): number {
  if (typeof search !== "string") return 0;
  const words = search.length > longestCounted ? null : readSearch(search);
  return words?.length === 0 ? 0 : prices.search + prices.word * (words?.length ?? maxSearchWords);
}

/** @returns what a page of tasks costs without its entries */
export function priceOfList(argument: (name: string) => unknown): number {
  const filter = fieldsOf(argument("filter"));
  const isFiltered = Object.values(filter).some((value) => value !== null && value !== undefined);
  return prices.list + (isFiltered ? prices.filter : 0) + priceOfSearch(filter.search);
}

/** @returns what adding or changing a task costs: its texts are folded for searching and sorting */
export function priceOfChange(argument: (name: string) => unknown): number {
  const { title, description } = fieldsOf(argument("input"));
  const texts = [title, description].filter((text) => typeof text === "string");
  return prices.change + texts.reduce((sum, { length }) => sum + Math.floor(length / foldedUnits), 0);
}
