import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type VariableValues,
} from "graphql";

/** What selections are read with. */
export type Scope = {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Those of conditions have the values that they have each time what is collected is used. */
  readonly variableValues: VariableValues;
};

/** Where a document asks for a field. */
export type Nodes = readonly [FieldNode, ...FieldNode[]];

/**
 * Collects the fields that are selected of one object (spec §6.3.2), as graphql-js does.
 * @returns the nodes of each field by response key, in the answer's order
 * @throws GraphQLError for a condition that is none
 */
export function collectFields(
  scope: Scope,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): ReadonlyMap<string, Nodes> {
  const fields = new Map<string, [FieldNode, ...FieldNode[]]>();
  const visited = new Set<string>();

  function collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      // A fragment counts as visited only where it was wanted.
      if (!isIncluded(scope, selection)) continue;
      if (selection.kind === Kind.FIELD) addField(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collectFragment(selection);
      else if (!visited.has(selection.name.value)) collectSpread(selection.name.value);
    }
  }

  function addField(node: FieldNode): void {
    const key = (node.alias ?? node.name).value;
    const nodes = fields.get(key);
    if (nodes) nodes.push(node);
    else fields.set(key, [node]);
  }

  function collectFragment({ typeCondition, selectionSet }: Fragment): void {
    if (typeCondition === undefined || applies(scope.schema, typeCondition.name.value, type))
      collect(selectionSet);
  }

  function collectSpread(name: string): void {
    const fragment = scope.fragments[name];
    if (fragment === undefined || !applies(scope.schema, fragment.typeCondition.name.value, type)) return;
    visited.add(name);
    collect(fragment.selectionSet);
  }

  selectionSets.forEach(collect);
  return fields;
}

type Fragment = { typeCondition?: FragmentDefinitionNode["typeCondition"] | undefined } & Pick<
  FragmentDefinitionNode,
  "selectionSet"
>;

function isIncluded({ variableValues }: Scope, node: SelectionNode): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;
}

function applies(schema: GraphQLSchema, condition: string, type: GraphQLObjectType): boolean {
  const wanted = schema.getType(condition);
  return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
}
