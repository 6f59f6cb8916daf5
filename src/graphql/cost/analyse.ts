import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { Part } from "./cost.ts";
import { findExcess, type Path } from "./document-limits.ts";
import { partOf } from "./field-cost.ts";
import { createOperationAnalysis, type OperationAnalysis } from "./operation-cost.ts";

/** What a document costs to look at, and its operations to execute. */
export type CostAnalysis = {
  /** What is over a limit; nothing for a document within them. */
  excess: GraphQLError[];
  /** What those of a document within the limits cost. */
  operations: ReadonlyMap<OperationDefinitionNode, OperationAnalysis>;
};

/** What adds up, in a fragment as often as it is spread. */
type Sums = { fields: number; aliases: number; directives: number };

/** What a selection comes to, with all that is below. */
type Size = Sums & { depth: number; deepest: Path | null; parts: Part[] };

const nothing: Size = { fields: 0, aliases: 0, directives: 0, depth: 0, deepest: null, parts: [] };

type Type = GraphQLCompositeType | undefined;

/** What a document has as it is written, whether it is executed or not. */
type Tally = { aliases: number; directives: number; repeats: number };

const deepestOf = (sizes: Size[]) =>
  sizes.reduce((deep, size) => (size.depth > deep.depth ? size : deep), nothing);

/** Puts sizes that lie side by side together. */
function join(sizes: Size[]): Size {
  const { depth, deepest } = deepestOf(sizes);
  const sums = { fields: 0, aliases: 0, directives: 0 };
  for (const size of sizes) {
    sums.fields += size.fields;
    sums.aliases += size.aliases;
    sums.directives += size.directives;
  }
  return { ...sums, depth, deepest, parts: sizes.flatMap((size) => size.parts) };
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
    const walked = walkSet(fragment.selectionSet, typeNamed(fragment.typeCondition.name.value));
    known.set(name, walked);
    return walked;
  }

  function walkField(node: FieldNode, parent: Type): Size {
    const field = parent && schema.getField(parent, node.name.value);
    const type = field && getNamedType(field.type);
    const below = walkSet(node.selectionSet, isCompositeType(type) ? type : undefined);
    const name = responseName(node);
    const part = field && partOf(schema, { node, field, parent, name }, below.parts);
    return {
      ...below,
      depth: below.depth + 1,
      deepest: { name, below: below.deepest },
      fields: below.fields + 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      parts: part ? [part] : [],
    };
  }

  function walkSelection(node: SelectionNode, parent: Type): Size {
    const written = node.directives?.length ?? 0;
    tally.directives += written;
    const { directives, ...size } =
      node.kind === Kind.FIELD ? walkField(node, parent) : walkGroup(node, parent);
    return { ...size, directives: directives + written };
  }

  function walkGroup(node: FragmentSpreadNode | InlineFragmentNode, parent: Type): Size {
    const { parts, ...size } =
      node.kind === Kind.FRAGMENT_SPREAD
        ? walkFragment(node.name.value)
        : walkSet(node.selectionSet, node.typeCondition ? typeNamed(node.typeCondition.name.value) : parent);
    const group = { role: "group", name: "", own: () => 0, entries: () => 1, parts } as const;
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

/** Looks at a document before anything else does. */
export function analyseCost(schema: GraphQLSchema, document: DocumentNode): CostAnalysis {
  const tally = { aliases: 0, directives: countOuterDirectives(document), repeats: 0 };
  const { walkSet, walkFragment, fragments } = createWalk(schema, document, tally);
  const sizes = new Map<OperationDefinitionNode, Size>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) walkFragment(node.name.value);
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    sizes.set(node, walkSet(node.selectionSet, schema.getRootType(node.operation) ?? undefined));
  }
  const all = [...sizes.values()];
  const most = (what: keyof Sums) => Math.max(0, ...all.map((size) => size[what]));
  const { depth, deepest } = deepestOf(all);
  const fields = most("fields");
  const aliases = Math.max(tally.aliases, most("aliases"));
  const directives = Math.max(tally.directives, most("directives"));
  const excess = findExcess({ aliases, directives, repeats: tally.repeats, fields, depth, deepest });
  const operations = [...sizes].map(
    ([node, { parts }]) => [node, createOperationAnalysis(schema, node, fragments, parts)] as const,
  );
  return { excess, operations: new Map(operations) };
}

/** Those of definitions and of variables. */
function countOuterDirectives({ definitions }: DocumentNode): number {
  const count = (node: { directives?: readonly unknown[] | undefined }) => node.directives?.length ?? 0;
  return definitions.reduce((sum, node) => {
    const variables = "variableDefinitions" in node ? (node.variableDefinitions ?? []) : [];
    return sum + count(node) + variables.reduce((inner, variable) => inner + count(variable), 0);
  }, 0);
}
