import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType, OperationTypeNode } from "graphql";

/** Bytes of the largest answer to a query: a full page of tasks fits whose descriptions are as long as they get. */
export const maxAnswerSize = 8 * 1024 * 1024;

type Resolver = GraphQLFieldResolver<unknown, { outcome: { textSize: number } }>;

/**
 * Leaves long texts out once they alone are too large for an answer, so that their rows are let go of. It goes on to
 * the end: whatever is being read has to come to its own.
 */
function counted(resolve: Resolver): Resolver {
  return (row, args, context, info) => {
    const text = resolve(row, args, context, info);
    if (typeof text !== "string" || info.operation.operation !== OperationTypeNode.QUERY) return text;
    const { outcome } = context;
    // As it will be written: a control character, which is a byte, takes six.
    if (outcome.textSize <= maxAnswerSize) outcome.textSize += Buffer.byteLength(JSON.stringify(text));
    return outcome.textSize > maxAnswerSize ? "" : text;
  };
}

/** Counts the texts that say of themselves that they can be long, while an answer is made. */
export function countLongTexts(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve, extensions } = field as { resolve?: Resolver; extensions: { long?: boolean } };
      if (resolve && extensions.long) field.resolve = counted(resolve);
    }
  }
  return schema;
}
