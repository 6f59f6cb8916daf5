import type { OptimisticMutationConfig } from "@urql/exchange-graphcache";
import { instantOf } from "../browser/wall-clock.ts";
import type { CreateTaskInput, DueInput, UpdateTaskInput } from "../generated/graphql.ts";

/** What the client adds to a mutation's variables for the cache alone; the exchange sends only what the document declares. */
export type CreateHint = { clientId: string };
export type RestoreHint = { task: { id: string } };

function dueOf(input: DueInput | null | undefined) {
  if (!input) return null;
  const { date, time = null, timeZone = null } = input;
  const at = time && timeZone ? instantOf(date, time, timeZone) : null;
  return { __typename: "Due", date, time, timeZone, at };
}

/** The fields that an update will change, as the server will answer them. */
function changesOf(input: UpdateTaskInput, now: string) {
  const changes: Record<string, unknown> = { updatedAt: now };
  if (typeof input.title === "string") changes.title = input.title.trim();
  if (input.description !== undefined) changes.description = input.description;
  if (input.priority) changes.priority = input.priority;
  if (input.due !== undefined) changes.due = dueOf(input.due);
  if (typeof input.completed === "boolean") {
    changes.completed = input.completed;
    changes.completedAt = input.completed ? now : null;
  }
  return changes;
}

/** What each mutation will answer if nothing is wrong: shown at once, replaced by the real answer, undone by a refusal. */
export const optimistic: OptimisticMutationConfig = {
  createTask: (args: { input: CreateTaskInput }, _cache, info) => {
    const { input } = args;
    const now = new Date().toISOString();
    const task = {
      __typename: "Task",
      id: (info.variables as CreateHint).clientId,
      title: input.title.trim(),
      description: input.description ?? null,
      completed: false,
      completedAt: null,
      due: dueOf(input.due),
      priority: input.priority ?? "NONE",
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    return { __typename: "CreateTaskPayload", task };
  },
  updateTask: (args: { input: UpdateTaskInput }) => {
    const changes = changesOf(args.input, new Date().toISOString());
    return { __typename: "UpdateTaskPayload", task: { __typename: "Task", id: args.input.id, ...changes } };
  },
  deleteTask: (args: { input: { id: string } }) => ({
    __typename: "DeleteTaskPayload",
    deletedTaskId: args.input.id,
  }),
  restoreTask: (_args, _cache, info) => {
    const { task } = info.variables as RestoreHint;
    return { __typename: "RestoreTaskPayload", task: { __typename: "Task", ...task } };
  },
};
