import type { Scope } from "../../identity/scopes.ts";
import { maxSearchLength, maxSearchWords } from "../../rules/limits.ts";
import { decodeIdOf } from "../../schema/ids.ts";
import { builder, early } from "../kit/builder.ts";
import { connectionOf, pageRule } from "../kit/connection-types.ts";
import { selectionOf } from "../kit/selection.ts";
import { listTasks, type TaskConnection, type TaskOrder, type taskOrders } from "./list.ts";
import { countPrice, priceOfList } from "./prices.ts";
import type { TaskQuery } from "./service.ts";
import { Priority, Task } from "./task-schema.ts";

const TaskFilter = builder.inputType("TaskFilter", {
  description:
    "Which tasks to list: those for which everything given holds. A field left out, or null, asks for nothing.",
  fields: (t) => ({
    completed: t.boolean({ description: "Only those that are done, or only those that are open." }),
    priority: t.field({
      type: [Priority],
      description: "Only those with one of these priorities; an empty list lets none through.",
    }),
    dueFrom: t.field({ type: "Date", description: "Due on or after this day, in the task's own zone." }),
    dueTo: t.field({ type: "Date", description: "Due on or before this day, in the task's own zone." }),
    search: t.string({
      description: `Words to find in title and description, all of them, in any case; parts of words are found too. No character is special. At most ${maxSearchWords} words and ${maxSearchLength} characters.`,
    }),
  }),
});

const orderFields: Record<keyof typeof taskOrders, { description: string }> = {
  CREATED_AT: { description: "By the time of creation." },
  UPDATED_AT: { description: "By the time of the last change." },
  DUE: {
    description: "By day and wall-clock time, whole days first; tasks without a due date last either way.",
  },
  PRIORITY: { description: "By priority, from NONE up." },
  TITLE: { description: "By title, without regard to case and accents." },
};

const TaskOrderField = builder.enumType("TaskOrderField", {
  description: "What tasks can be sorted by. Equal ones are sorted by the time of their creation.",
  values: orderFields,
});

const OrderDirection = builder.enumType("OrderDirection", {
  description: "Which way to sort.",
  values: {
    ASC: { value: "asc", description: "Smallest, earliest, or A first." },
    DESC: { value: "desc", description: "Largest, latest, or Z first." },
  } as const,
});

const TaskOrderInput = builder.inputType("TaskOrder", {
  description: "How to sort tasks.",
  fields: (t) => ({
    field: t.field({ type: TaskOrderField, required: true, description: "What to sort by." }),
    direction: t.field({ type: OrderDirection, required: true, description: "Which way." }),
  }),
});

const TaskPage = connectionOf<{ id: string }, TaskConnection>(Task, {
  connection: "One page of a list of tasks.",
  edge: "A task's place in a list.",
  fields: (t) => ({
    totalCount: t.int({
      extensions: { cost: countPrice },
      description: "How many tasks the filter lets through, on all pages. Counted only when asked for.",
      resolve: (page) => page.count(),
    }),
  }),
});

const newestFirst: TaskOrder = { field: "CREATED_AT", direction: "desc" };

const queryOfOne = selectionOf<TaskQuery>("Task", [], {});
const queryOfPage = selectionOf<TaskQuery>("Task", ["edges", "node"], {});

builder.queryFields((t) => ({
  task: t.withAuth({ signedIn: true }).field({
    type: Task,
    extensions: { ...early, scope: "tasks:read" satisfies Scope },
    nullable: true,
    description: "One of the viewer's tasks; null when there is none with this id, or it is deleted.",
    args: { id: t.arg.id({ required: true, description: "The task's id." }) },
    resolve: (_root, args, context, info) => {
      const { db } = context;
      const id = decodeIdOf("Task", args.id);
      const where = { userId_id: { userId: db.viewerId, id }, deletedAt: null };
      return db.task.findUnique({ ...queryOfOne(context, info), where });
    },
  }),
  tasks: t.withAuth({ signedIn: true }).field({
    type: TaskPage,
    extensions: { ...early, cost: priceOfList, scope: "tasks:read" satisfies Scope },
    description: `The viewer's tasks. Newest first unless orderBy says otherwise; ${pageRule}`,
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: TaskFilter, description: "Which tasks; all of them when left out." }),
      orderBy: t.arg({ type: TaskOrderInput, description: "In which order; newest first when left out." }),
    },
    resolve: (_root, { filter, orderBy, ...page }, context, info) =>
      listTasks(context.db, page, filter ?? {}, orderBy ?? newestFirst, queryOfPage(context, info)),
  }),
}));
