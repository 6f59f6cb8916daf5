import { brandWithType, type ObjectFieldsShape, type ObjectRef, type OutputType } from "@pothos/core";
import { isSignedIn } from "../../identity/asker.ts";
import type { NeededScope } from "../../identity/scopes.ts";
import type { Connection, PageArgs } from "../../schema/connection.ts";
import { builder, listed, type NodeType, type Types } from "./builder.ts";
import { connectionOf } from "./connection-types.ts";
import type { ContextOf } from "./context.ts";

type OwnList<S extends NeededScope, Row extends object> = {
  description: string;
  /** What they take of a personal token. */
  scope: S;
  /** @returns the viewer's thing with this row id; null when there is none */
  find(context: ContextOf<S>, id: string): Promise<Row | null>;
  fields: ObjectFieldsShape<Types, Row>;
  list: {
    /** The field of Query. */
    name: string;
    /** What is in it, in which order, and how long a page is. */
    description: string;
    read(context: ContextOf<S>, page: PageArgs): Connection<Row>;
    /** The descriptions of a page, and of an entry's place. */
    connection: string;
    edge: string;
  };
};

/** Adds a type of things that are the viewer's, which `node` finds by their ids, and the list of them. */
export function ownList<S extends NeededScope, Row extends { id: string }>(
  name: NodeType,
  options: OwnList<S, Row>,
): ObjectRef<Types, Row>;
export function ownList(
  name: NodeType,
  { scope, find, list, ...options }: OwnList<NeededScope, { id: string }>,
) {
  const Node = builder.objectRef<{ id: string }>(name);
  builder.node(Node, {
    ...options,
    extensions: { scope },
    id: { resolve: ({ id }) => id, description: "Opaque and permanent." },
    async loadOne(id, context) {
      const row = isSignedIn(context) ? await find(context, id) : null;
      // The relay plugin does so itself, too late for a second field that waits for the same row.
      brandWithType(row, name as OutputType<Types>);
      return row;
    },
  });
  const { name: field, read, description, ...connection } = list;
  const Page = connectionOf(Node, connection);
  builder.queryField(field, (t) =>
    t.withAuth({ signedIn: true }).field({
      type: Page,
      extensions: { ...listed, scope },
      description,
      args: t.arg.connectionArgs(),
      resolve: (_root, page, context) => read(context, page),
    }),
  );
  return Node;
}
