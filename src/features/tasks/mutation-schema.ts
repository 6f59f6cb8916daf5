import { ConflictError, NotFoundError, ValidationError } from "../../errors.ts";
import { maxDescriptionLength, maxTitleLength } from "../../rules/limits.ts";
import { daysKept } from "../../rules/retention.ts";
import { encodeId } from "../../schema/ids.ts";
import { builder, early } from "../kit/builder.ts";
import { mutation, type PayloadFields } from "../kit/mutation.ts";
import { selectionOf } from "../kit/selection.ts";
import { priceOfChange } from "./prices.ts";
import { createTask, deleteTask, restoreTask, type TaskQuery, type TaskRow, updateTask } from "./service.ts";
import { plainInputs, Task } from "./task-schema.ts";

const titleRule = `1 to ${maxTitleLength} characters after trimming; kept trimmed.`;
const descriptionRule = `Markdown source, at most ${maxDescriptionLength} characters; kept as it is sent.`;

const DueInput = builder.inputType("DueInput", {
  description: "When a task is due: a whole day, or with time and timeZone a wall-clock time.",
  fields: (t) => ({
    date: t.field({ type: "Date", required: true, description: "The day." }),
    time: t.field({
      type: "LocalTime",
      description:
        "The time; left out for a whole day. One that the zone's clocks skip that day is kept as it is; `Due.at` says which instant is meant.",
    }),
    timeZone: t.string({
      description: "IANA name, such as Europe/Berlin; required with time, and only with it.",
    }),
  }),
});

/** The columns that the caller asks for below a payload's `task`. */
const taskQuery = selectionOf<TaskQuery>("Task", ["task"], { id: true });

const taskPayload = (description: string, taskDescription: string) => ({
  description,
  fields: (t: PayloadFields<{ task: TaskRow }>) => ({
    task: t.expose("task", { type: Task, description: taskDescription }),
  }),
});

mutation("createTask", {
  description: "Adds a task to the viewer's.",
  scope: "tasks:add",
  extensions: { ...early, cost: priceOfChange },
  input: {
    description: "A new task.",
    argument: "The task.",
    fields: (t) => ({
      title: t.string({ required: true, description: titleRule }),
      description: t.string({ description: descriptionRule }),
      due: t.field({ type: DueInput, description: "When it is due; open when left out." }),
      ...plainInputs(t, "create"),
    }),
  },
  errors: [ValidationError, NotFoundError],
  run: async (context, input, info) => ({
    task: await createTask(context.db, input, taskQuery(context, info)),
  }),
  payload: taskPayload("The task was created.", "The new task."),
});

mutation("updateTask", {
  description: "Changes one of the viewer's tasks: all the given fields, or none of them.",
  scope: "tasks:write",
  extensions: { ...early, cost: priceOfChange },
  input: {
    description: "Changes to a task. A field left out stays as it is; null clears it.",
    argument: "Which task, and the changes.",
    ids: { id: "Task" },
    fields: (t) => ({
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
      ...plainInputs(t, "update"),
    }),
  },
  errors: [ValidationError, NotFoundError, ConflictError],
  run: async (context, input, info) => ({
    task: await updateTask(context.db, context.now(), input, taskQuery(context, info)),
  }),
  payload: taskPayload("The changes were made.", "The task as it is now."),
});

mutation("deleteTask", {
  description: `Deletes a task: it leaves every list and query at once. restoreTask brings it back within ${daysKept.deletedTask} days.`,
  scope: "tasks:write",
  extensions: early,
  input: { description: "Which task to delete.", argument: "Which task.", ids: { id: "Task" } },
  errors: [NotFoundError],
  run: async ({ db, now }, { id }) => {
    await deleteTask(db, now(), id);
    return { deletedTaskId: encodeId("Task", id) };
  },
  payload: {
    description: "The task was deleted.",
    fields: (t) => ({
      deletedTaskId: t.exposeID("deletedTaskId", { description: "The deleted task's id, for restoreTask." }),
    }),
  },
});

mutation("restoreTask", {
  description: `Brings back a task deleted in the last ${daysKept.deletedTask} days, exactly as it was. One that is there already stays as it is.`,
  scope: "tasks:write",
  extensions: early,
  input: { description: "Which deleted task to bring back.", argument: "Which task.", ids: { id: "Task" } },
  errors: [NotFoundError],
  run: async (context, { id }, info) => ({
    task: await restoreTask(context.db, context.now(), id, taskQuery(context, info)),
  }),
  payload: taskPayload("The task is back.", "The task, exactly as it was."),
});
