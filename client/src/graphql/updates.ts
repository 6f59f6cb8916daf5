import type { Cache, UpdateResolver, UpdatesConfig } from "@urql/exchange-graphcache";
import { keepKey } from "../browser/stable-key.ts";
import type { UpdateTaskInput } from "../generated/graphql.ts";
import type { CreateHint } from "./optimistic.ts";
import { placeInLists, removeFromLists } from "./task-lists.ts";

/** A mutation's result: the payload, or one of the errors that its union names. */
type Result = { __typename: string; task?: { id: string }; deletedTaskId?: string };

const createTask: UpdateResolver<{ createTask?: Result }> = ({ createTask: result }, _args, cache, info) => {
  if (!result?.task) return;
  const { clientId } = info.variables as CreateHint;
  if (!info.optimistic) keepKey(clientId, result.task.id);
  placeInLists(cache, result.task.id, null);
};

const updateTask: UpdateResolver<{ updateTask?: Result }, { input: UpdateTaskInput }> = (
  data,
  { input },
  cache,
) => {
  const result = data.updateTask;
  if (result?.__typename === "NotFoundError") forget(cache, String(input.id));
  if (!result?.task) return;
  const before = typeof input.completed === "boolean" ? { completed: !input.completed } : {};
  placeInLists(cache, result.task.id, before);
};

const deleteTask: UpdateResolver<{ deleteTask?: Result }, { input: { id: string } }> = (
  data,
  { input },
  cache,
) => {
  if (data.deleteTask) forget(cache, String(input.id));
};

const restoreTask: UpdateResolver<{ restoreTask?: Result }> = ({ restoreTask: result }, _args, cache) => {
  if (!result?.task) return;
  cache.invalidate("Query", "task", { id: result.task.id });
  placeInLists(cache, result.task.id, null);
};

/** The server has no such task any more: no list shows it, and asking for it finds nothing. */
function forget(cache: Cache, id: string): void {
  removeFromLists(cache, id);
  cache.link("Query", "task", { id }, null);
}

/** Has the lists of a field read again. */
function renews(field: "sessions" | "personalTokens"): UpdateResolver {
  return (_data, _args, cache) => {
    for (const { fieldName, arguments: page } of cache.inspectFields("Query")) {
      if (fieldName === field) cache.invalidate("Query", field, page ?? undefined);
    }
  };
}

/** What a mutation changes besides the objects in its answer. */
export const updates: UpdatesConfig = {
  Mutation: {
    createTask,
    updateTask,
    deleteTask,
    restoreTask,
    revokeSession: renews("sessions"),
    revokeOtherSessions: renews("sessions"),
    changePassword: renews("sessions"),
    createPersonalToken: renews("personalTokens"),
    revokePersonalToken: renews("personalTokens"),
  },
};
