import {
  defaultFieldResolver,
  type GraphQLField,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
} from "graphql";
import { isPromiseLike } from "../../schema/root-outcomes.ts";
import { argumentReader } from "./arguments.ts";
import type { CompleteObject, CompleteValue } from "./complete-value.ts";
import { infoMaker, type PlanScope, type SelectedField, sharedInfo } from "./info.ts";

/** @returns what takes a field from an object, and completes it */
export function fieldCompleter(
  scope: PlanScope,
  selected: SelectedField,
  complete: CompleteValue,
): CompleteObject {
  const { field, key } = selected;
  const { resolve = defaultFieldResolver } = field;
  const readArguments = argumentReader(field, selected.nodes[0]);
  const makeInfo = infoMaker(scope, selected);
  const shared = looksAtInfo(field) ? null : sharedInfo(scope, selected);
  const hasFields = isCompositeType(getNamedType(field.type));
  const typename = selected.parentType.name;
  return (source, prev, execution) => {
    const { context, variableValues } = execution;
    // What a row has many of is made for those alone that need it.
    const path = hasFields || shared === null ? { prev, key, typename } : undefined;
    const info = shared ?? makeInfo(path as NonNullable<typeof path>, execution);
    const value = resolve(source, readArguments(variableValues), context, info);
    if (!isPromiseLike(value)) return complete(value, info, path, execution);
    return execution.after(value, (settled) => complete(settled, info, path, execution));
  };
}

/** Whether resolving a field, or finding out the type of its value, may take what differs from row to row. */
function looksAtInfo({ resolve, type }: GraphQLField<unknown, unknown>): boolean {
  const named = getNamedType(type);
  const takesInfo = resolve !== undefined && resolve !== defaultFieldResolver && resolve.length > 3;
  return takesInfo || isAbstractType(named) || (isObjectType(named) && named.isTypeOf != null);
}
