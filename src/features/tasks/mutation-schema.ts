import { queryFromInfo } from "@pothos/plugin-prisma";
import type { GraphQLResolveInfo } from "graphql";
import { ConflictError, NotFoundError, ValidationError } from "../../errors.ts";
import { decodeIdOf } from "../../schema/ids.ts";
import { builder } from "../kit/builder.ts";
import type { Context } from "../kit/context.ts";
import { priceOfChange } from "./prices.ts";
import {
  createTask,
  deleteTask,
  restorableDays,
  restoreTask,
  type TaskQuery,
  type TaskRow,
  updateTask,
} from "./service.ts";
import { Priority, Task } from "./task-schema.ts";
import { maxDescriptionLength, maxTitleLength } from "./task-text.ts";

const titleRule = `1 to ${maxTitleLength} characters after trimming; kept trimmed.`;
const descriptionRule = `Markdown source, at most ${maxDescriptionLength} characters; kept as it is sent.`;

const DueInput = builder.inputType("DueInput", {
  description: "When a task is due: a whole day, or with time and timeZone a wall-clock time.",
  fields: (t) => ({
    date: t.field({ type: "Date", required: true, description: "The day." }),
    time: t.field({
      type: "LocalTime",
      description:
        "The time; left out for a whole day. One that the zone's clocks skip that day is refused; of one that comes twice the earlier is meant.",
    }),
    timeZone: t.string({
      description: "IANA name, such as Europe/Berlin; required with time, and only with it.",
    }),
  }),
});

const CreateTaskInput = builder.inputType("CreateTaskInput", {
  description: "A new task.",
  fields: (t) => ({
    title: t.string({ required: true, description: titleRule }),
    description: t.string({ description: descriptionRule }),
    due: t.field({ type: DueInput, description: "When it is due; open when left out." }),
    priority: t.field({ type: Priority, description: "NONE when left out." }),
  }),
});

const UpdateTaskInput = builder.inputType("UpdateTaskInput", {
  description: "Changes to a task. A field left out stays as it is; null clears it.",
  fields: (t) => ({
    id: t.id({ required: true, description: "The task's id." }),
    expectedVersion: t.int({
      description:
        "The version that the caller saw: at any other, nothing is changed and the answer is a ConflictError.",
    }),
    title: t.string({ description: `${titleRule} Can't be cleared.` }),
    description: t.string({ description: descriptionRule }),
    completed: t.boolean({
      description:
        "True completes the task, which sets completedAt; false or null reopens it. Repeating either keeps completedAt.",
    }),
    due: t.field({ type: DueInput, description: "Replaces the due date as a whole." }),
    priority: t.field({ type: Priority, description: "Cleared, it is NONE." }),
  }),
});

const idInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({ id: t.id({ required: true, description: "The task's id." }) }),
  });

const DeleteTaskInput = idInput("DeleteTaskInput", "Which task to delete.");
const RestoreTaskInput = idInput("RestoreTaskInput", "Which deleted task to bring back.");

const taskPayload = (name: string, description: string, taskDescription: string) =>
  builder.objectRef<{ task: TaskRow }>(name).implement({
    description,
    fields: (t) => ({ task: t.expose("task", { type: Task, description: taskDescription }) }),
  });

const CreateTaskPayload = taskPayload("CreateTaskPayload", "The task was created.", "The new task.");
const UpdateTaskPayload = taskPayload(
  "UpdateTaskPayload",
  "The changes were made.",
  "The task as it is now.",
);
const RestoreTaskPayload = taskPayload(
  "RestoreTaskPayload",
  "The task is back.",
  "The task, exactly as it was.",
);

const DeleteTaskPayload = builder.objectRef<{ deletedTaskId: string }>("DeleteTaskPayload").implement({
  description: "The task was deleted.",
  fields: (t) => ({
    deletedTaskId: t.exposeID("deletedTaskId", { description: "The deleted task's id, for restoreTask." }),
  }),
});

/** The columns that the caller asks for below a payload's `task`. */
const taskQuery = (context: Context, info: GraphQLResolveInfo): TaskQuery =>
  queryFromInfo({ context, info, typeName: "Task", paths: [["task"]], select: { id: true } });

const result = (name: string, description: string) => ({ name, description });

builder.mutationFields((t) => ({
  createTask: t.withAuth({ scope: "tasks:add" }).field({
    type: CreateTaskPayload,
    extensions: { cost: priceOfChange },
    description: "Adds a task to the viewer's.",
    errors: {
      types: [ValidationError, NotFoundError],
      union: result("CreateTaskResult", "What createTask answers."),
    },
    args: { input: t.arg({ type: CreateTaskInput, required: true, description: "The task." }) },
    resolve: async (_root, { input }, context, info) => ({
      task: await createTask(context.db, input, taskQuery(context, info)),
    }),
  }),
  updateTask: t.withAuth({ scope: "tasks:write" }).field({
    type: UpdateTaskPayload,
    extensions: { cost: priceOfChange },
    description: "Changes one of the viewer's tasks: all the given fields, or none of them.",
    errors: {
      types: [ValidationError, NotFoundError, ConflictError],
      union: result("UpdateTaskResult", "What updateTask answers."),
    },
    args: {
      input: t.arg({ type: UpdateTaskInput, required: true, description: "Which task, and the changes." }),
    },
    resolve: async (_root, { input }, context, info) => {
      const changes = { ...input, id: decodeIdOf("Task", input.id) };
      return { task: await updateTask(context.db, context.now(), changes, taskQuery(context, info)) };
    },
  }),
  deleteTask: t.withAuth({ scope: "tasks:write" }).field({
    type: DeleteTaskPayload,
    description: `Deletes a task: it leaves every list and query at once. restoreTask brings it back within ${restorableDays} days.`,
    errors: { types: [NotFoundError], union: result("DeleteTaskResult", "What deleteTask answers.") },
    args: { input: t.arg({ type: DeleteTaskInput, required: true, description: "Which task." }) },
    resolve: async (_root, { input }, { db, now }) => {
      await deleteTask(db, now(), decodeIdOf("Task", input.id));
      return { deletedTaskId: input.id };
    },
  }),
  restoreTask: t.withAuth({ scope: "tasks:write" }).field({
    type: RestoreTaskPayload,
    description: `Brings back a task deleted in the last ${restorableDays} days, exactly as it was. One that is there already stays as it is.`,
    errors: { types: [NotFoundError], union: result("RestoreTaskResult", "What restoreTask answers.") },
    args: { input: t.arg({ type: RestoreTaskInput, required: true, description: "Which task." }) },
    resolve: async (_root, { input }, context, info) => {
      const id = decodeIdOf("Task", input.id);
      return { task: await restoreTask(context.db, context.now(), id, taskQuery(context, info)) };
    },
  }),
}));
