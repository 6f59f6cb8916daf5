import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type ResponsePath,
} from "graphql";
import { isPromiseLike } from "../../schema/root-outcomes.ts";
import { type Completed, type Execution, put } from "./execution.ts";

/** @param path where the value is; not needed where there are no fields below */
export type CompleteValue = (
  value: unknown,
  info: GraphQLResolveInfo,
  path: ResponsePath | undefined,
  execution: Execution,
) => Completed;

/** Completes an object: its fields, from what they are taken from. */
export type CompleteObject = (
  source: unknown,
  path: ResponsePath | undefined,
  execution: Execution,
) => Completed;

/** @returns what completes the fields that are selected of objects of a type */
type FindObject = (type: GraphQLObjectType) => CompleteObject;

/**
 * What completes the values of a type (spec §6.4.3). It throws, or rejects, where graphql-js notes an error of whatever
 * kind: that says it, and so what is thrown here tells nobody anything.
 */
export function valueCompleter(
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  find: FindObject,
): CompleteValue {
  const mayBeNull = !isNonNullType(type);
  const complete = presentCompleter(schema, getNullableType(type), find);
  return (value, info, path, execution) => {
    if (value instanceof Error) throw value;
    if (value !== null && value !== undefined) return complete(value, info, path, execution);
    if (mayBeNull) return null;
    throw new Error("no value");
  };
}

/** The same for those that are not null. */
function presentCompleter(schema: GraphQLSchema, type: GraphQLOutputType, find: FindObject): CompleteValue {
  if (isListType(type)) {
    const hasFields = isCompositeType(getNamedType(type));
    return listCompleter(valueCompleter(schema, type.ofType, find), hasFields);
  }
  if (isLeafType(type)) return leafCompleter(type);
  if (isAbstractType(type)) return abstractCompleter(schema, type, find);
  if (isObjectType(type)) return objectCompleter(type, find(type));
  throw new Error(`${type} is no output type`);
}

function leafCompleter(type: GraphQLLeafType): CompleteValue {
  return (value) => {
    const coerced = type.coerceOutputValue(value);
    if (coerced === null || coerced === undefined) throw new Error("no value");
    return coerced;
  };
}

function listCompleter(completeItem: CompleteValue, hasFields: boolean): CompleteValue {
  const completeAt = (
    item: unknown,
    key: number,
    info: GraphQLResolveInfo,
    prev: ResponsePath | undefined,
    execution: Execution,
  ) => {
    const path = hasFields ? { prev, key, typename: undefined } : undefined;
    if (!isPromiseLike(item)) return completeItem(item, info, path, execution);
    return execution.after(item, (value) => completeItem(value, info, path, execution));
  };
  return (items, info, path, execution) => {
    // What can be gone through only once would be used up.
    if (!Array.isArray(items)) throw new Error("no array");
    const list: unknown[] = new Array(items.length);
    let pending: Promise<void>[] | undefined;
    try {
      for (let index = 0; index < items.length; index++)
        pending = put(list, index, completeAt(items[index], index, info, path, execution), pending);
    } catch (error) {
      if (pending === undefined) throw error;
      return execution.fail(error, pending);
    }
    return pending === undefined ? list : execution.join(list, pending);
  };
}

function objectCompleter(type: GraphQLObjectType, complete: CompleteObject): CompleteValue {
  const { isTypeOf } = type;
  if (!isTypeOf) return (value, _info, path, execution) => complete(value, path, execution);
  return (value, info, path, execution) => {
    const completeIf = (isOne: boolean): Completed => {
      if (!isOne) throw new Error(`no ${type}`);
      return complete(value, path, execution);
    };
    const answer = isTypeOf(value, execution.context, info);
    return isPromiseLike(answer) ? execution.after(answer, completeIf) : completeIf(answer);
  };
}

function abstractCompleter(
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  find: FindObject,
): CompleteValue {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const completers = new Map<string, CompleteValue>();

  function completerOf(name: unknown): CompleteValue {
    const known = completers.get(name as string);
    if (known) return known;
    const runtimeType = typeof name === "string" ? schema.getType(name) : undefined;
    if (!isObjectType(runtimeType) || !schema.isSubType(type, runtimeType)) throw new Error(`no ${type}`);
    const completer = objectCompleter(runtimeType, find(runtimeType));
    completers.set(runtimeType.name, completer);
    return completer;
  }

  return (value, info, path, execution) => {
    const name = resolveType(value, execution.context, info, type);
    if (isPromiseLike(name))
      return execution.after(name, (settled) => completerOf(settled)(value, info, path, execution));
    return completerOf(name)(value, info, path, execution);
  };
}
