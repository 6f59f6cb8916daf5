import { type FieldNode, type GraphQLField, getArgumentValues, type VariableValues } from "graphql";
import { hasVariable } from "./variables.ts";

type Arguments = Record<string, unknown>;

/**
 * @returns what gives a field's arguments: those without variables are read once, and can't be changed
 * @throws GraphQLError for arguments that are none, at once or in each request
 */
export function argumentReader(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (variableValues: VariableValues) => Arguments {
  if (!node.arguments?.some(hasVariable)) {
    const args = getArgumentValues(field, node);
    if (freeze(args)) return () => args;
  }
  return (variableValues) => getArgumentValues(field, node, variableValues);
}

/** Makes a value unchangeable, with all that is in it; whether that can be done. */
function freeze(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== null) return false;
  return Object.values(Object.freeze(value)).every(freeze);
}
