import type { DocumentNode } from "graphql";
import { GraphQLError, parse } from "graphql";
import { tooComplex } from "./complexity.ts";

/** What a document may have at most. GraphiQL's introspection query, the largest honest one, fits twice. */
export const documentLimits = {
  characters: 16_384,
  tokens: 1000,
  depth: 20,
  // Those of a fragment count wherever it is spread.
  fields: 600,
  aliases: 15,
  directives: 25,
  /** How often one selection set may ask for the same response name. */
  repeats: 10,
};

/** @returns an error for more than {@link documentLimits} allows of text; else null */
export function excessOfText(query: string): GraphQLError | null {
  const { characters } = documentLimits;
  if (query.length <= characters) return null;
  return tooComplex(`The query is longer than ${characters} characters. Split it, or use variables.`);
}

/**
 * Parses a document.
 * @throws GraphQLError also when it has more tokens or comments than {@link documentLimits} allows
 */
export function parseWithin(source: string): DocumentNode {
  try {
    const { tokens } = documentLimits;
    return parse(source, { maxLexicalTokens: tokens, maxComments: tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError) || !/^Syntax Error: Document contains more/.test(error.message))
      throw error;
    throw tooComplex(`The query has more than ${documentLimits.tokens} tokens. Split it, or use variables.`);
  }
}

/** The names of an answer's fields from one down; shared by the fields above. */
export type Path = { name: string; below: Path | null };

/** What a document has of that which is limited. */
export type Counts = {
  aliases: number;
  directives: number;
  repeats: number;
  fields: number;
  depth: number;
  deepest: Path | null;
};

/** @returns the names from an operation down to where it is too deep */
function describePath(path: Path | null): string {
  const names: string[] = [];
  for (let step = path; step && names.length <= documentLimits.depth; step = step.below)
    names.push(step.name);
  return names.join(".");
}

const wherever = ", those of fragments counted wherever they are spread";

/** @returns what is over the limit, each in words; nothing for a document within them */
export function findExcess({ deepest, ...counts }: Counts): GraphQLError[] {
  const words = {
    aliases: `aliases${wherever}`,
    directives: `directives${wherever}`,
    repeats: "repetitions of a field in one place",
    fields: `fields${wherever}`,
    depth: `levels at ${describePath(deepest)}`,
  };
  const limited = Object.keys(words) as (keyof typeof words)[];
  return limited
    .filter((what) => counts[what] > documentLimits[what])
    .map((what) =>
      tooComplex(
        `Split the query, ${documentLimits[what]} is the limit: it has ${counts[what]} ${words[what]}.`,
      ),
    );
}
