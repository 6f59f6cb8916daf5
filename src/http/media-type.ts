/** What a GraphQL answer can be sent as (GraphQL over HTTP, "Media Types"); the first where either would do. */
const mediaTypes = ["application/json", "application/graphql-response+json"] as const;

export type MediaType = (typeof mediaTypes)[number];

/** What a client thinks of the types in one range: a weight from 0 to 1, and the range's place among those it names. */
type Preference = { weight: number; place: number };

/** A weight that is none counts as left out, and so do other parameters: the types have none. */
function weightOf(parameters: readonly string[]): number {
  const written = parameters.map((parameter) => parameter.trim()).find((text) => text.startsWith("q="));
  const weight = Number.parseFloat(written?.slice(2) ?? "1");
  return Number.isNaN(weight) ? 1 : weight;
}

/** @returns the ranges of an Accept header; of one that comes twice, the weightier */
function readRanges(accept: string): Map<string, Preference> {
  const ranges = new Map<string, Preference>();
  for (const [place, text] of accept.toLowerCase().split(",").entries()) {
    const [name = "", ...parameters] = text.split(";");
    const range = name.trim();
    const weight = weightOf(parameters);
    if (range !== "" && weight > (ranges.get(range)?.weight ?? -1)) ranges.set(range, { weight, place });
  }
  return ranges;
}

/**
 * Chooses what a GraphQL request is answered as: the type that the client gives the most weight, or that it names first
 * (RFC 9110 §12.5.1). Of the ranges that a type is in, the most specific says its weight.
 *
 * @param accept the header of that name; without one, or with an empty one, anything will do
 * @returns null where the client takes neither type
 */
export function chooseMediaType(accept: string | undefined): MediaType | null {
  const ranges = readRanges(accept ?? "");
  if (ranges.size === 0) return mediaTypes[0];
  const wanted = mediaTypes.flatMap((type) => {
    const preference = ranges.get(type) ?? ranges.get("application/*") ?? ranges.get("*/*");
    return preference !== undefined && preference.weight > 0 ? [{ type, ...preference }] : [];
  });
  const [first] = wanted.toSorted((a, b) => b.weight - a.weight || a.place - b.place);
  return first?.type ?? null;
}

/** The header of what is sent as a type. */
export const contentTypeOf = (type: MediaType) => `${type}; charset=utf-8`;
