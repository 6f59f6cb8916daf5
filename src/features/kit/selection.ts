import { queryFromInfo } from "@pothos/plugin-prisma";
import type { FieldNode, GraphQLResolveInfo } from "graphql";
import type { NodeType } from "./builder.ts";
import type { Context } from "./context.ts";

/**
 * The columns that a caller asks for, of the rows that a field answers with.
 *
 * They are worked out once for the nodes of a plan, which are the same list in each of its requests as long as nothing
 * below them takes variables: see graphql/plan/info.ts. graphql-js's own execution makes a list each time.
 *
 * @param path where below the field the rows are
 * @param select the columns that are read in any case
 */
export function selectionOf<Query extends { select: object }>(
  typeName: NodeType,
  path: string[],
  select: Record<string, boolean>,
): (context: Context, info: GraphQLResolveInfo) => Query {
  const known = new WeakMap<readonly FieldNode[], Query>();
  return (context, info) => {
    const remembered = known.get(info.fieldNodes);
    if (remembered) return remembered;
    // By the path of a field its type is not known; nor is it that what has a select stays with one.
    const query = queryFromInfo({ context, info, typeName, path, select }) as object as Query;
    // Others will get it too.
    Object.freeze(query.select);
    known.set(info.fieldNodes, Object.freeze(query));
    return query;
  };
}
