import type { ObjectFieldsShape, ObjectRef } from "@pothos/core";
import { defaultPageSize, maxPageSize } from "../../rules/limits.ts";
import type { Connection } from "../../schema/connection.ts";
import { builder, type Types } from "./builder.ts";

/** How long a page is, for the description of a list. */
export const pageRule = `${defaultPageSize} a page unless first or last says otherwise, ${maxPageSize} at most.`;

const PageInfo = builder.objectRef<Connection<object>["pageInfo"]>("PageInfo").implement({
  description: "Where a page lies in its list.",
  fields: (t) => ({
    hasNextPage: t.boolean({
      description: "Whether entries follow the page's last.",
      resolve: (page) => page.hasNextPage,
    }),
    hasPreviousPage: t.boolean({
      description: "Whether entries come before the page's first.",
      resolve: (page) => page.hasPreviousPage,
    }),
    startCursor: t.string({
      nullable: true,
      description: "The first entry's cursor; null on an empty page.",
      resolve: (page) => page.startCursor,
    }),
    endCursor: t.string({
      nullable: true,
      description: "The last entry's cursor; null on an empty page.",
      resolve: (page) => page.endCursor,
    }),
  }),
});

type Lists<C> = {
  /** The descriptions of `<Node>Connection` and `<Node>Edge`. */
  connection: string;
  edge: string;
  /** What a connection of these has besides its page. */
  fields?: ObjectFieldsShape<Types, C>;
};

/** @returns the type of a page of a list of nodes, of the form that Relay asks for */
export function connectionOf<Row extends object, C extends Connection<Row>>(
  Node: ObjectRef<Types, Row>,
  lists: Lists<C>,
): ObjectRef<Types, C>;
export function connectionOf(
  Node: ObjectRef<Types, object>,
  { connection, edge, fields }: Lists<Connection<object>>,
) {
  const Edge = builder.objectRef<{ cursor: string; node: object }>(`${Node.name}Edge`).implement({
    description: edge,
    fields: (t) => ({
      cursor: t.exposeString("cursor", {
        description: "Stands for this entry's place in the list; opaque. Send it back as after or before.",
      }),
      node: t.field({ type: Node, description: "The entry itself.", resolve: ({ node }) => node }),
    }),
  });
  return builder.objectRef<Connection<object>>(`${Node.name}Connection`).implement({
    description: connection,
    fields: (t) => ({
      edges: t.field({
        type: [Edge],
        description: "The page's entries, in the order that was asked for.",
        resolve: (page) => page.edges,
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: "Where this page lies in the list.",
        resolve: ({ pageInfo }) => pageInfo,
      }),
      ...fields?.(t),
    }),
  });
}
