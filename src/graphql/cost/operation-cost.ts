import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
  type SelectionSetNode,
} from "graphql";
import type { NeededScope } from "../../identity/scopes.ts";
import { maxPageSize } from "../../rules/limits.ts";
import { tooComplex } from "./complexity.ts";
import {
  costLimit,
  costOfAll,
  findCostliest,
  findPassingPage,
  type Given,
  type Part,
  readValue,
} from "./cost.ts";
import { extensionsOf, scopesOf } from "./field-cost.ts";

/** What is known of an operation before it is executed. */
export type OperationCost = {
  type: `${OperationTypeNode}`;
  cost: number;
  /** What its fields take of a personal token. */
  scopes: readonly NeededScope[];
};

export type OperationAnalysis = {
  /** @param variables as they came, of whatever form */
  costOf(variables: object | null | undefined): OperationCost;
  /** Whether all its fields can be begun before it is known whether the session holds. */
  isEarly: boolean;
  /**
   * @param measured what it costs with these variables, where that is known
   * @returns what is too much of an operation that is within the limits of documents; null for nothing
   */
  refuse(variables: object | null | undefined, measured?: OperationCost): GraphQLError | null;
};

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
type RootField = { node: FieldNode; field: GraphQLField<unknown, unknown> };

/** @returns the fields of an operation by their names in the answer; `__typename` is none */
function collectRootFields(set: SelectionSetNode, fragments: Fragments, root: GraphQLObjectType) {
  const fields = new Map<string, RootField>();
  const seen = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const field = root.getFields()[node.name.value];
        if (field) fields.set(node.alias?.value ?? node.name.value, { node, field });
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        collect(node.selectionSet);
      } else if (!seen.has(node.name.value)) {
        seen.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(set);
  return fields;
}

/** @returns what gives an operation its variables, with its defaults where none were sent, and tells when one is read */
function createGiver({ variableDefinitions = [] }: OperationDefinitionNode) {
  const none: Given = { variable: () => undefined, cap: maxPageSize };
  const defaults = new Map(
    variableDefinitions.map(({ variable, defaultValue }) => [
      variable.name.value,
      readValue(defaultValue, none),
    ]),
  );
  return (variables: object | null | undefined, onRead = () => {}): Given => ({
    ...none,
    variable(name) {
      onRead();
      const isSent = variables != null && Object.hasOwn(variables, name);
      return isSent ? (variables as Record<string, unknown>)[name] : defaults.get(name);
    },
  });
}

/** @param parts what the operation's fields cost */
export function createOperationAnalysis(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  parts: Part[],
): OperationAnalysis {
  const root = schema.getRootType(operation.operation);
  const rootFields = root ? [...collectRootFields(operation.selectionSet, fragments, root).values()] : [];
  const single = rootFields.find(({ field }) => extensionsOf(field).single === true)?.field;
  const give = createGiver(operation);
  let constant: OperationCost | undefined;

  function costOf(variables: object | null | undefined): OperationCost {
    if (constant) return constant;
    let varies = false;
    const given = give(variables, () => {
      varies = true;
    });
    const scopes = rootFields.flatMap(({ node, field }) => scopesOf(schema, node, field, given));
    const measured = { type: operation.operation, cost: costOfAll(parts, given), scopes };
    if (!varies) constant = measured;
    return measured;
  }

  return {
    costOf,
    isEarly: rootFields.length > 0 && rootFields.every(({ field }) => extensionsOf(field).early === true),
    refuse(variables, measured = costOf(variables)) {
      if (single !== undefined && rootFields.length > 1)
        return tooComplex(`Send ${single.name} in an operation of its own, once.`);
      const { cost } = measured;
      return cost > costLimit ? tooCostly(parts, give(variables), cost) : null;
    },
  };
}

function tooCostly(parts: Part[], given: Given, cost: number): GraphQLError {
  const path = findCostliest(parts, given).join(".");
  const page = findPassingPage(parts, given, costLimit);
  const remedy =
    page > 0
      ? `With pages of ${page} it would pass.`
      : "It would not pass with pages of one either: ask for less at once.";
  return tooComplex(
    `The operation costs ${cost}, ${costLimit} is the limit; most of it comes from ${path}. ${remedy}`,
  );
}
