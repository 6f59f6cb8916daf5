import { maxDescriptionLength, maxTitleLength } from "../../rules/limits.ts";
import { type Priority as PriorityName, priorities } from "../../rules/priority.ts";
import { writeInstant } from "../../schema/instants.ts";
import { builder, longText, type Types } from "../kit/builder.ts";
import { dueAt } from "./due.ts";
import { mapPlainFields, type PlainField } from "./fields.ts";

const priorityWords: Record<PriorityName, string> = {
  NONE: "Not prioritised.",
  LOW: "Can wait.",
  MEDIUM: "In its turn.",
  HIGH: "Before the others.",
  URGENT: "Now.",
};

export const Priority = builder.enumType("Priority", {
  description: "How pressing a task is. In an order by PRIORITY, ascending runs from NONE to URGENT.",
  values: Object.fromEntries(
    priorities.map((name, value) => [name, { value, description: priorityWords[name] }]),
  ),
});

/** The types of plain fields. */
const plainTypes = { Int: "Int", Priority } as const;

type InputFields = PothosSchemaTypes.InputFieldBuilder<Types, "InputObject">;

/** What adding or changing a task takes for its plain fields. */
export const plainInputs = (t: InputFields, change: "create" | "update") =>
  mapPlainFields(({ type, descriptions }) =>
    t.field({ type: plainTypes[type], description: descriptions[change] }),
  );

/** Of a row, those that were asked for. */
type PlainColumns = { id: string } & { [F in PlainField]?: number | null };

type DueShape = { dueLocal: Date; dueTimeZone: string | null };

const Due = builder.objectRef<DueShape>("Due").implement({
  description: "When a task is due: a whole day, or a wall-clock time in an IANA time zone.",
  fields: (t) => ({
    date: t.field({
      type: "Date",
      description: "The day, in `timeZone`; for a whole day the same wherever one is.",
      resolve: ({ dueLocal }) => writeInstant(dueLocal).slice(0, 10),
    }),
    time: t.field({
      type: "LocalTime",
      nullable: true,
      description: "The time on the clocks of `timeZone`; null for a whole day.",
      resolve: ({ dueLocal, dueTimeZone }) =>
        dueTimeZone === null ? null : writeInstant(dueLocal).slice(11, 16),
    }),
    timeZone: t.exposeString("dueTimeZone", {
      nullable: true,
      description: "IANA name of the zone whose clocks are meant; null for a whole day.",
    }),
    at: t.field({
      type: "DateTime",
      nullable: true,
      description:
        "The instant that date, time and timeZone name; null for a whole day. Of a time that the clocks show twice it is the first; one that they skip is as much later: 02:30, where they go from 02:00 to 03:00, is 03:30.",
      resolve: dueAt,
    }),
  }),
});

export const Task = builder.prismaNode("Task", {
  description: "Something to do. Only its owner ever sees it.",
  extensions: { scope: "tasks:read" },
  select: { id: true },
  nullable: true,
  id: { resolve: (task) => task.id, description: "Opaque and permanent, also while the task is deleted." },
  findUnique: (id, { db }) => ({ userId_id: { userId: db?.viewerId ?? "", id }, deletedAt: null }),
  fields: (t) => ({
    title: t.exposeString("title", { description: `1 to ${maxTitleLength} characters, trimmed.` }),
    description: t.exposeString("description", {
      nullable: true,
      extensions: longText(maxDescriptionLength),
      description: `Markdown source, stored and returned unchanged; null when there is none. At most ${maxDescriptionLength} characters.`,
    }),
    completed: t.boolean({
      description: "Whether it is done.",
      select: { completedAt: true },
      resolve: ({ completedAt }) => completedAt !== null,
    }),
    completedAt: t.expose("completedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was done; null while it is open.",
    }),
    due: t.field({
      type: Due,
      nullable: true,
      description: "When it is to be done; null when that is open.",
      select: { dueLocal: true, dueTimeZone: true },
      resolve: ({ dueLocal, dueTimeZone }) => dueLocal && { dueLocal, dueTimeZone },
    }),
    ...mapPlainFields(({ type, cleared, descriptions }, column) =>
      t.field({
        type: plainTypes[type],
        nullable: cleared === null,
        description: descriptions.task,
        select: { [column]: true },
        // Null only where that is what is kept when it is cleared.
        resolve: (task: PlainColumns) => task[column] as number,
      }),
    ),
    version: t.exposeInt("version", {
      description:
        "Grows by one with every change; send it back as `expectedVersion` to change only what you saw. Deleting and restoring leave it alone.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was created." }),
    updatedAt: t.expose("updatedAt", {
      type: "DateTime",
      description: "When a field last changed; the time of creation at first.",
    }),
  }),
});
