import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { Part } from "./cost.ts";
import { type Counts, findExcess, type Path } from "./document-limits.ts";
import { partOf } from "./field-cost.ts";
import { createOperationMeasure, type OperationMeasure } from "./operation-cost.ts";

/** What there is to know of a document before anything else looks at it. */
export type Measured = {
  /** What is over a limit; nothing for a document within them. */
  excess: GraphQLError[];
  /** Of a document within the limits. */
  operations: ReadonlyMap<OperationDefinitionNode, OperationMeasure>;
};

/** What a selection comes to, with all that is below. */
type Size = { depth: number; fields: number; deepest: Path | null; parts: Part[] };

const nothing: Size = { depth: 0, fields: 0, deepest: null, parts: [] };

type Type = GraphQLCompositeType | undefined;
type Tally = Pick<Counts, "aliases" | "directives" | "repeats">;

/** Puts sizes that lie side by side together. */
function join(sizes: Size[]): Size {
  const { depth, deepest } = sizes.reduce((deep, size) => (size.depth > deep.depth ? size : deep), nothing);
  const fields = sizes.reduce((sum, size) => sum + size.fields, 0);
  return { depth, deepest, fields, parts: sizes.flatMap((size) => size.parts) };
}

const responseName = (node: FieldNode) => node.alias?.value ?? node.name.value;

/**
 * Walks through a document, each fragment once however often it is spread. It need not be valid: what the schema does
 * not know is counted, and costs nothing.
 */
function createWalk(schema: GraphQLSchema, document: DocumentNode, tally: Tally) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Size>();

  const typeNamed = (name: string | undefined): Type => {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  };

  function walkFragment(name: string): Size {
    const fragment = fragments.get(name);
    if (!fragment) return nothing;
    const size = known.get(name);
    if (size) return size;
    known.set(name, nothing); // A cycle, which validation refuses, must not go on for ever here.
    const measured = walkSet(fragment.selectionSet, typeNamed(fragment.typeCondition.name.value));
    known.set(name, measured);
    return measured;
  }

  function walkField(node: FieldNode, parent: Type): Size {
    const field = parent && schema.getField(parent, node.name.value);
    const type = field && getNamedType(field.type);
    const below = walkSet(node.selectionSet, isCompositeType(type) ? type : undefined);
    const name = responseName(node);
    const part = field && partOf(schema, { node, field, parent, name }, below.parts);
    return {
      depth: below.depth + 1,
      fields: below.fields + 1,
      deepest: { name, below: below.deepest },
      parts: part ? [part] : [],
    };
  }

  function walkSelection(node: SelectionNode, parent: Type): Size {
    tally.directives += node.directives?.length ?? 0;
    if (node.kind === Kind.FIELD) return walkField(node, parent);
    const { parts, ...size } =
      node.kind === Kind.FRAGMENT_SPREAD
        ? walkFragment(node.name.value)
        : walkSet(node.selectionSet, node.typeCondition ? typeNamed(node.typeCondition.name.value) : parent);
    const group = { role: "group", name: "", own: 0, entries: () => 1, parts } as const;
    return { ...size, parts: parts.length > 0 ? [{ ...group, conditions: node.directives ?? [] }] : [] };
  }

  function walkSet(set: SelectionSetNode | undefined, parent: Type): Size {
    const names = new Map<string, number>();
    for (const node of set?.selections ?? []) {
      if (node.kind !== Kind.FIELD) continue;
      const repeats = (names.get(responseName(node)) ?? 0) + 1;
      names.set(responseName(node), repeats);
      tally.repeats = Math.max(tally.repeats, repeats);
      if (node.alias) tally.aliases++;
    }
    return join((set?.selections ?? []).map((node) => walkSelection(node, parent)));
  }
  return { walkSet, walkFragment, fragments };
}

function measure(schema: GraphQLSchema, document: DocumentNode): Measured {
  const tally = { aliases: 0, directives: countOuterDirectives(document), repeats: 0 };
  const { walkSet, walkFragment, fragments } = createWalk(schema, document, tally);
  const sizes = new Map<OperationDefinitionNode, Size>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) walkFragment(node.name.value);
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    sizes.set(node, walkSet(node.selectionSet, schema.getRootType(node.operation) ?? undefined));
  }
  const all = [...sizes.values()];
  const { depth, deepest } = all.reduce((deep, size) => (size.depth > deep.depth ? size : deep), nothing);
  const fields = Math.max(0, ...all.map((size) => size.fields));
  const excess = findExcess({ ...tally, fields, depth, deepest });
  const operations = [...sizes].map(
    ([node, { parts }]) => [node, createOperationMeasure(schema, node, fragments, parts)] as const,
  );
  return { excess, operations: new Map(excess.length > 0 ? [] : operations) };
}

/** Those of definitions and of variables. */
function countOuterDirectives({ definitions }: DocumentNode): number {
  const count = (node: { directives?: readonly unknown[] | undefined }) => node.directives?.length ?? 0;
  return definitions.reduce((sum, node) => {
    const variables = "variableDefinitions" in node ? (node.variableDefinitions ?? []) : [];
    return sum + count(node) + variables.reduce((inner, variable) => inner + count(variable), 0);
  }, 0);
}

/** Looks at documents, at each once. */
export function createMeasure(schema: GraphQLSchema): (document: DocumentNode) => Measured {
  const known = new WeakMap<DocumentNode, Measured>();
  return (document) => {
    const measured = known.get(document) ?? measure(schema, document);
    known.set(document, measured);
    return measured;
  };
}
