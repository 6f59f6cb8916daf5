import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from "graphql";
import { GraphQLError, Kind, parse, Source, validate, visit } from "graphql";
import type { Plugin } from "graphql-yoga";

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

/** Problems that are listed before validation gives up. */
const maxListedProblems = 4;

const tooComplex = (message: string) => new GraphQLError(message, { extensions: { code: "QUERY_TOO_COMPLEX" } });

type Size = { depth: number; fields: number };

/** Measures selection sets, each fragment once however often it is spread. */
function createMeasure(document: DocumentNode) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Size>();
  const nothing = { depth: 0, fields: 0 };

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

  function measure(set: SelectionSetNode | undefined): Size {
    let depth = 0;
    let fields = 0;
    for (const selection of set?.selections ?? []) {
      const isField = selection.kind === Kind.FIELD ? 1 : 0;
      const size =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? measureFragment(selection.name.value)
          : measure(selection.selectionSet);
      depth = Math.max(depth, size.depth + isField);
      fields += size.fields + isField;
    }
    return { depth, fields };
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
      const names = new Map<string, number>();
      for (const node of selections) {
        if (node.kind !== Kind.FIELD) continue;
        const name = node.alias?.value ?? node.name.value;
        const repeats = (names.get(name) ?? 0) + 1;
        names.set(name, repeats);
        total.repeats = Math.max(total.repeats, repeats);
      }
    },
  });
  return total;
}

/** @returns what is over the limit, each in words; nothing for a document within them */
export function findExcess(document: DocumentNode): GraphQLError[] {
  const measure = createMeasure(document);
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const sizes = operations.map((operation) => measure(operation.selectionSet));
  const found = {
    ...count(document),
    depth: Math.max(0, ...sizes.map((size) => size.depth)),
    fields: Math.max(0, ...sizes.map((size) => size.fields)),
  };
  return Object.entries(found)
    .map(([what, number]) => ({ what, number, limit: documentLimits[what as keyof typeof found] }))
    .filter(({ number, limit }) => number > limit)
    .map(({ what, number, limit }) => tooComplex(`The query has ${number} ${what}, of which ${limit} are allowed. Split it.`));
}

function parseWithin(source: string | Source) {
  const text = source instanceof Source ? source.body : source;
  if (text.length > documentLimits.characters) {
    throw tooComplex(`The query is longer than ${documentLimits.characters} characters. Split it, or use variables.`);
  }
  return parse(source, { maxLexicalTokens: documentLimits.tokens });
}

/** Refuses documents that cost more to look at than an honest one would, before anything else looks at them. */
export function useDocumentLimits(): Plugin {
  const measured = new WeakMap<DocumentNode, GraphQLError[]>();
  return {
    onParse: ({ setParseFn }) => setParseFn(parseWithin as typeof parse),
    onValidate: ({ params, setResult, setValidationFn }) => {
      const document = params.documentAST;
      const excess = measured.get(document) ?? findExcess(document);
      measured.set(document, excess);
      if (excess.length > 0) setResult(excess);
      setValidationFn((schema, ast, rules) => validate(schema, ast, rules, { maxErrors: maxListedProblems }));
    },
  };
}
