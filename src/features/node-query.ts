import { badUserInput } from "../errors.ts";
import type { NeededScope } from "../identity/scopes.ts";
import { maxPageSize } from "../rules/limits.ts";
import { decodeId, type NodeType } from "../schema/ids.ts";
import { User } from "./accounts/user-ref.ts";
import { builder } from "./kit/builder.ts";
import { PersonalToken } from "./personal-tokens/schema.ts";
import { SecurityEvent } from "./security-log/schema.ts";
import { Session } from "./sessions/schema.ts";
import { Task } from "./tasks/task-schema.ts";

const types = { Task, User, Session, PersonalToken, SecurityEvent };

/** What a personal token needs to be shown a type. */
const scopeOf: Record<NodeType, NeededScope> = {
  Task: "tasks:read",
  User: "account:read",
  Session: "session",
  PersonalToken: "session",
  SecurityEvent: "session",
};

/** @param ids one or several, as they were sent: of whatever form */
const scopesOf = (ids: unknown): NeededScope[] =>
  [ids].flat().flatMap((id) => {
    const node = typeof id === "string" ? decodeId(id) : null;
    return node === null ? [] : scopeOf[node.type];
  });

/** @returns what an id names, in the form that the relay plugin loads; null for what no id names */
function find(id: string) {
  const node = decodeId(id);
  return node && { type: types[node.type], id: node.id };
}

builder.queryFields((t) => ({
  node: t.withAuth({ signedIn: true }).node({
    description: "The viewer's object with this id; null when there is none.",
    args: { id: t.arg.id({ required: true, description: "Any object's id." }) },
    extensions: { scope: (argument: (name: string) => unknown) => scopesOf(argument("id")) },
    id: (_root, { id }) => find(id),
  }),
  nodes: t.withAuth({ signedIn: true }).nodeList({
    description: `The viewer's objects with these ids, each in its id's place, null where there is none. At most ${maxPageSize}.`,
    args: { ids: t.arg.idList({ required: true, description: "Ids of any objects." }) },
    extensions: { scope: (argument: (name: string) => unknown) => scopesOf(argument("ids")) },
    ids: (_root, { ids }) => {
      if (ids.length > maxPageSize) throw badUserInput(`ids takes at most ${maxPageSize} ids at once.`);
      return ids.map(find);
    },
  }),
}));
