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
import { type Execution, isPromiseLike, type Written, writeRest } from "./execution.ts";
import { jsonOf } from "./json.ts";

/** @param path where the value is; not needed where there are no fields below */
export type WriteValue = (
  value: unknown,
  info: GraphQLResolveInfo,
  path: ResponsePath | undefined,
  execution: Execution,
) => Written;

/** Writes an object's fields. */
export type WriteObject = (source: unknown, path: ResponsePath | undefined, execution: Execution) => Written;

/** @returns what writes the fields that are selected of objects of a type */
type FindObject = (type: GraphQLObjectType) => WriteObject;

/**
 * What writes the values of a type (spec §6.4.3). It throws, or rejects, where graphql-js notes an error of whatever
 * kind: that says it, and so what is thrown here tells nobody anything.
 */
export function valueWriter(schema: GraphQLSchema, type: GraphQLOutputType, find: FindObject): WriteValue {
  const mayBeNull = !isNonNullType(type);
  const write = presentWriter(schema, getNullableType(type), find);
  return (value, info, path, execution) => {
    if (value instanceof Error) throw value;
    if (value !== null && value !== undefined) return write(value, info, path, execution);
    if (mayBeNull) return "null";
    throw new Error("no value");
  };
}

/** The same for those that are not null. */
function presentWriter(schema: GraphQLSchema, type: GraphQLOutputType, find: FindObject): WriteValue {
  if (isListType(type)) {
    const hasFields = isCompositeType(getNamedType(type));
    return listWriter(valueWriter(schema, type.ofType, find), hasFields);
  }
  if (isLeafType(type)) return leafWriter(type);
  if (isAbstractType(type)) return abstractWriter(schema, type, find);
  if (isObjectType(type)) return objectWriter(type, find(type));
  throw new Error(`${type} is no output type`);
}

function leafWriter(type: GraphQLLeafType): WriteValue {
  return (value) => {
    const coerced = type.coerceOutputValue(value);
    if (coerced === null || coerced === undefined) throw new Error("no value");
    return jsonOf(coerced);
  };
}

function listWriter(writeItem: WriteValue, hasFields: boolean): WriteValue {
  const writeAt = (
    item: unknown,
    key: number,
    info: GraphQLResolveInfo,
    prev: ResponsePath | undefined,
    execution: Execution,
  ) => {
    const path = hasFields ? { prev, key, typename: undefined } : undefined;
    if (!isPromiseLike(item)) return writeItem(item, info, path, execution);
    return execution.after(item, (value) => writeItem(value, info, path, execution));
  };
  return (items, info, path, execution) => {
    // What can be gone through only once would be used up.
    if (!Array.isArray(items)) throw new Error("no array");
    let text = "[";
    for (let index = 0; index < items.length; index++) {
      if (index > 0) text += ",";
      const written = writeAt(items[index], index, info, path, execution);
      if (typeof written !== "string")
        return writeRest(execution, [text, written], (parts) => {
          for (let next = index + 1; next < items.length; next++)
            parts.push(",", writeAt(items[next], next, info, path, execution));
          parts.push("]");
        });
      text += written;
    }
    return `${text}]`;
  };
}

function objectWriter(type: GraphQLObjectType, write: WriteObject): WriteValue {
  const { isTypeOf } = type;
  if (!isTypeOf) return (value, _info, path, execution) => write(value, path, execution);
  return (value, info, path, execution) => {
    const writeIf = (isOne: boolean): Written => {
      if (!isOne) throw new Error(`no ${type}`);
      return write(value, path, execution);
    };
    const answer = isTypeOf(value, execution.context, info);
    return isPromiseLike(answer) ? execution.after(answer, writeIf) : writeIf(answer);
  };
}

function abstractWriter(schema: GraphQLSchema, type: GraphQLAbstractType, find: FindObject): WriteValue {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const writers = new Map<string, WriteValue>();

  function writerOf(name: unknown): WriteValue {
    const known = writers.get(name as string);
    if (known) return known;
    const runtimeType = typeof name === "string" ? schema.getType(name) : undefined;
    if (!isObjectType(runtimeType) || !schema.isSubType(type, runtimeType)) throw new Error(`no ${type}`);
    const writer = objectWriter(runtimeType, find(runtimeType));
    writers.set(runtimeType.name, writer);
    return writer;
  }

  return (value, info, path, execution) => {
    const name = resolveType(value, execution.context, info, type);
    if (isPromiseLike(name))
      return execution.after(name, (settled) => writerOf(settled)(value, info, path, execution));
    return writerOf(name)(value, info, path, execution);
  };
}
