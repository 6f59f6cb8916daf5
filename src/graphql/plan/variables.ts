import {
  type ArgumentNode,
  type ASTNode,
  BREAK,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type VariableValues,
  visit,
} from "graphql";

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** Whether there are variables in an argument. */
export function hasVariable(argument: ArgumentNode): boolean {
  let found = false;
  visit(argument, {
    Variable() {
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** Whether an argument of a field below these takes variables: what a resolver makes of them differs from request to request. */
export function takesVariablesBelow(nodes: readonly FieldNode[], fragments: Fragments): boolean {
  const visited = new Set<string>();
  const waiting: (ASTNode | undefined)[] = nodes.map(({ selectionSet }) => selectionSet);
  let found = false;
  for (const node of waiting) {
    if (node === undefined) continue;
    visit(node, {
      // Conditions are the same in each execution of what was planned for their values.
      Directive: () => false,
      Argument(argument) {
        found ||= hasVariable(argument);
        return false;
      },
      FragmentSpread({ name }) {
        if (!visited.has(name.value)) waiting.push(fragments[name.value]?.selectionSet);
        visited.add(name.value);
      },
    });
  }
  return found;
}

/** @returns the names of the variables that decide what of a document is wanted */
export function conditionsOf(definitions: readonly ASTNode[]): string[] {
  const names = new Set<string>();
  for (const definition of definitions) {
    visit(definition, {
      Directive({ arguments: given = [] }) {
        for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
        return false;
      },
    });
  }
  return [...names];
}

/**
 * @returns what tells the values of conditions from others
 * @throws TypeError where there is one that is neither true nor false
 */
export function keyOf(conditions: readonly string[], { coerced }: VariableValues): string {
  let key = "";
  for (const name of conditions) {
    const value = Object.hasOwn(coerced, name) ? coerced[name] : undefined;
    if (typeof value !== "boolean") throw new TypeError("no condition");
    key += value ? "1" : "0";
  }
  return key;
}

/** @returns the values of some variables without the others, which may be large, and nobody else's business */
export function pickVariables(
  names: readonly string[],
  { sources, coerced }: VariableValues,
): VariableValues {
  const pick = <T>(from: Readonly<Record<string, T>>): Record<string, T> =>
    Object.assign(Object.create(null), Object.fromEntries(names.map((name) => [name, from[name]])));
  return { sources: pick(sources), coerced: pick(coerced) };
}
