import type { DocumentNode, FragmentDefinitionNode, SelectionNode, SelectionSetNode } from "graphql";
import { GraphQLError, Kind, parse, type Source, visit } from "graphql";
import { tooComplex } from "./complexity.ts";

/** What a document may have at most. GraphiQL's introspection query, the largest honest one, fits twice. */
export const documentLimits = {
  characters: 16_384,
  tokens: 1000,
  depth: 20,
  /** Fields, those of a fragment counted wherever it is spread. */
  fields: 600,
  aliases: 15,
  directives: 25,
  /** How often one selection set may ask for the same response name. */
  repeats: 10,
};

/** @throws GraphQLError for more than {@link documentLimits} allows of text */
export function checkLength(query: unknown): void {
  if (typeof query !== "string" || query.length <= documentLimits.characters) return;
  const { characters } = documentLimits;
  throw tooComplex(`The query is longer than ${characters} characters. Split it, or use variables.`);
}

/**
 * Parses a document.
 * @throws GraphQLError also when it has more tokens or comments than {@link documentLimits} allows
 */
export function parseWithin(source: string | Source): DocumentNode {
  try {
    const { tokens } = documentLimits;
    return parse(source, { maxLexicalTokens: tokens, maxComments: tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError) || !/^Syntax Error: Document contains more/.test(error.message))
      throw error;
    throw tooComplex(`The query has more than ${documentLimits.tokens} tokens. Split it, or use variables.`);
  }
}

type Path = { name: string; below: Path | null };
type Size = { depth: number; fields: number; deepest: Path | null };

const nothing: Size = { depth: 0, fields: 0, deepest: null };

const responseName = (node: SelectionNode) =>
  node.kind === Kind.FIELD ? (node.alias?.value ?? node.name.value) : null;

/** Measures selection sets, each fragment once however often it is spread. */
function createMeasure(document: DocumentNode) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Size>();

  function measureFragment(name: string): Size {
    const fragment = fragments.get(name);
    if (!fragment) return nothing;
    const size = known.get(name);
    if (size) return size;
    known.set(name, nothing); // A cycle, which validation refuses, must not go on for ever here.
    const measured = measure(fragment.selectionSet);
    known.set(name, measured);
    return measured;
  }

  function measureSelection(node: SelectionNode): Size {
    if (node.kind === Kind.FRAGMENT_SPREAD) return measureFragment(node.name.value);
    const { depth, fields, deepest } = measure(node.selectionSet);
    const name = responseName(node);
    if (name === null) return { depth, fields, deepest };
    return { depth: depth + 1, fields: fields + 1, deepest: { name, below: deepest } };
  }

  function measure(set: SelectionSetNode | undefined): Size {
    const sizes = (set?.selections ?? []).map(measureSelection);
    const { depth, deepest } = sizes.reduce((deep, size) => (size.depth > deep.depth ? size : deep), nothing);
    return { depth, deepest, fields: sizes.reduce((sum, size) => sum + size.fields, 0) };
  }
  return measure;
}

function count(document: DocumentNode) {
  const total = { aliases: 0, directives: 0, repeats: 0 };
  visit(document, {
    Field: (node) => {
      if (node.alias) total.aliases++;
    },
    Directive: () => {
      total.directives++;
    },
    SelectionSet: ({ selections }) => {
      const names = new Map<string | null, number>();
      for (const name of selections.map(responseName)) {
        const repeats = name === null ? 0 : (names.get(name) ?? 0) + 1;
        names.set(name, repeats);
        total.repeats = Math.max(total.repeats, repeats);
      }
    },
  });
  return total;
}

/** @returns the names from an operation down to where it is too deep */
function describePath(path: Path | null): string {
  const names: string[] = [];
  for (let step = path; step && names.length <= documentLimits.depth; step = step.below)
    names.push(step.name);
  return names.join(".");
}

/** @returns what is over the limit, each in words; nothing for a document within them */
export function findExcess(document: DocumentNode): GraphQLError[] {
  const measure = createMeasure(document);
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const sizes = operations.map((operation) => measure(operation.selectionSet));
  const deepest = sizes.reduce((deep, size) => (size.depth > deep.depth ? size : deep), nothing);
  const { aliases, directives, repeats } = count(document);
  const fields = Math.max(0, ...sizes.map((size) => size.fields));
  const found = [
    { number: aliases, limit: documentLimits.aliases, what: "aliases" },
    { number: directives, limit: documentLimits.directives, what: "directives" },
    { number: repeats, limit: documentLimits.repeats, what: "repetitions of a field in one place" },
    {
      number: fields,
      limit: documentLimits.fields,
      what: "fields, those of fragments counted wherever they are spread",
    },
    {
      number: deepest.depth,
      limit: documentLimits.depth,
      what: `levels at ${describePath(deepest.deepest)}`,
    },
  ];
  return found
    .filter(({ number, limit }) => number > limit)
    .map(({ number, limit, what }) =>
      tooComplex(`Split the query, ${limit} is the limit: it has ${number} ${what}.`),
    );
}
