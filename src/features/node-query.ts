import type { GraphQLSchema } from "graphql";
import { badUserInput } from "../errors.ts";
import type { NeededScope } from "../identity/scopes.ts";
import { maxPageSize } from "../rules/limits.ts";
import { decodeId } from "../schema/ids.ts";
import { isNodeType } from "../schema/node-types.ts";
import { builder } from "./kit/builder.ts";

/** @returns what an id names, in the form that the relay plugin loads; null for what no id names */
function find(id: string, schema: GraphQLSchema) {
  const node = decodeId(id);
  return node && isNodeType(schema.getType(node.type)) ? node : null;
}

/**
 * What things of some ids take of a personal token: what their types say in their extensions.
 * @param ids one or several, as they were sent: of whatever form
 */
const scopesOf = (ids: unknown, schema: GraphQLSchema): NeededScope[] =>
  [ids].flat().flatMap((id) => {
    const node = typeof id === "string" ? find(id, schema) : null;
    if (node === null) return [];
    const { scope = "session" } = (schema.getType(node.type)?.extensions ?? {}) as { scope?: NeededScope };
    return scope;
  });

const scopesOfArgument =
  (name: string) =>
  (argument: (name: string) => unknown, schema: GraphQLSchema): NeededScope[] =>
    scopesOf(argument(name), schema);

builder.queryFields((t) => ({
  node: t.withAuth({ signedIn: true }).node({
    description: "The viewer's object with this id; null when there is none.",
    args: { id: t.arg.id({ required: true, description: "Any object's id." }) },
    extensions: { scope: scopesOfArgument("id") },
    id: (_root, { id }, _context, { schema }) => find(id, schema),
  }),
  nodes: t.withAuth({ signedIn: true }).nodeList({
    description: `The viewer's objects with these ids, each in its id's place, null where there is none. At most ${maxPageSize}.`,
    args: { ids: t.arg.idList({ required: true, description: "Ids of any objects." }) },
    extensions: { scope: scopesOfArgument("ids") },
    ids: (_root, { ids }, _context, { schema }) => {
      if (ids.length > maxPageSize) throw badUserInput(`ids takes at most ${maxPageSize} ids at once.`);
      return ids.map((id) => find(id, schema));
    },
  }),
}));
