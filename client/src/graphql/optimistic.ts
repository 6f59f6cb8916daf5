import type { OptimisticMutationConfig } from "@urql/exchange-graphcache";
import type { TypedDocumentNode } from "urql";
import { instantOf } from "../../../src/rules/due.ts";
import {
  type CreateTaskInput,
  type DueInput,
  type TaskDetails_TaskFragment,
  TaskDetails_TaskFragmentDoc,
  type TaskRow_TaskFragment,
  type UpdateTaskInput,
} from "../generated/graphql.ts";

/** All that the page shows of a task. */
type ShownTask = FieldsOf<TaskDetails_TaskFragment & TaskRow_TaskFragment>;

/** A fragment without the marks that tell it from others. */
type FieldsOf<Fragment> = Omit<Fragment, " $fragmentName" | " $fragmentRefs">;

/** What the client adds to a mutation's variables for the cache alone; the exchange sends only what the document declares. */
export type CreateHint = { clientId: string };
export type RestoreHint = { task: ShownTask };

type Given<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Those fields that are not left out. */
function givenOf<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>;
}

/** Every field of a fragment as null: what is never null has to be said besides. */
function nullsOf<F>(fragment: TypedDocumentNode<F>): Record<keyof FieldsOf<F>, null> {
  const fields = fragment.definitions
    .flatMap((definition) => ("selectionSet" in definition ? definition.selectionSet.selections : []))
    .flatMap((selection) => (selection.kind === "Field" ? [[selection.name.value, null]] : []));
  return Object.fromEntries(fields);
}

/** The instant that a task will be due; null where this browser doesn't know the zone. */
function atOf(date: string, time: string, timeZone: string): string | null {
  try {
    return instantOf(`${date}T${time}`, timeZone).toISOString();
  } catch {
    return null;
  }
}

function dueOf(input: DueInput | null) {
  if (!input) return null;
  const { date, time = null, timeZone = null } = input;
  const at = time && timeZone ? atOf(date, time, timeZone) : null;
  return { __typename: "Due", date, time, timeZone, at };
}

/** What a task's fields will be, as the server will answer them; most are what is sent. */
function fieldsOf(
  { title, due, priority, completed, ...others }: Omit<UpdateTaskInput, "id" | "expectedVersion">,
  now: string,
): Partial<ShownTask> {
  return givenOf({
    ...others,
    title: title?.trim(),
    due: due === undefined ? due : dueOf(due),
    priority: priority === null ? "NONE" : priority,
    ...(completed !== undefined && { completed: completed === true, completedAt: completed ? now : null }),
    updatedAt: now,
  });
}

/** What each mutation will answer if nothing is wrong: shown at once, replaced by the real answer, undone by a refusal. */
export const optimistic: OptimisticMutationConfig = {
  createTask: ({ input }: { input: CreateTaskInput }, _cache, info) => {
    const now = new Date().toISOString();
    const task = {
      ...nullsOf(TaskDetails_TaskFragmentDoc),
      ...fieldsOf(input, now),
      id: (info.variables as CreateHint).clientId,
      title: input.title.trim(),
      completed: false,
      priority: input.priority ?? "NONE",
      version: 1,
      createdAt: now,
      updatedAt: now,
    } satisfies ShownTask;
    return { __typename: "CreateTaskPayload", task: { __typename: "Task", ...task } };
  },
  updateTask: ({ input }: { input: UpdateTaskInput }) => {
    const { id, expectedVersion: _, ...changes } = input;
    const task = fieldsOf(changes, new Date().toISOString());
    return { __typename: "UpdateTaskPayload", task: { __typename: "Task", id, ...task } };
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
