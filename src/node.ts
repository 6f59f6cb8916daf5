import { User } from "./auth/schema.ts";
import { builder } from "./builder.ts";
import { badUserInput } from "./errors.ts";
import { decodeId } from "./ids.ts";
import { maxPageSize } from "./paging.ts";
import { Task } from "./tasks/task.ts";

const types = { Task, User };

/** @returns what an id names, in the form that the relay plugin loads; null for what no id names */
function find(id: string) {
  const node = decodeId(id);
  return node && { type: types[node.type], id: node.id };
}

builder.queryFields((t) => ({
  node: t.withAuth({ signedIn: true }).node({
    description: "The viewer's object with this id; null when there is none.",
    args: { id: t.arg.id({ required: true, description: "Any object's id." }) },
    id: (_root, { id }) => find(id),
  }),
  nodes: t.withAuth({ signedIn: true }).nodeList({
    description: `The viewer's objects with these ids, each in its id's place, null where there is none. At most ${maxPageSize}.`,
    args: { ids: t.arg.idList({ required: true, description: "Ids of any objects." }) },
    ids: (_root, { ids }) => {
      if (ids.length > maxPageSize) throw badUserInput(`ids takes at most ${maxPageSize} ids at once.`);
      return ids.map(find);
    },
  }),
}));
