import type { ComponentType } from "react";
import type { TaskChanges } from "../changes/task-mutations.ts";
import { CompletedField } from "../fields/completed-field.tsx";
import { DueField } from "../fields/due-field.tsx";
import type { FieldProps } from "../fields/field-props.ts";
import { NotesField } from "../fields/notes-field.tsx";
import { PriorityField } from "../fields/priority-field.tsx";
import { TitleField } from "../fields/title-field.tsx";

type Row = {
  Field: ComponentType<FieldProps>;
  /** What a text that was typed into it is called where its task is gone; null: nobody misses what was chosen there. */
  text: string | null;
};

/** All that can be changed of a task, from top to bottom. */
const rows: Record<keyof TaskChanges, Row> = {
  title: { Field: TitleField, text: "Title" },
  completed: { Field: CompletedField, text: null },
  due: { Field: DueField, text: null },
  priority: { Field: PriorityField, text: null },
  description: { Field: NotesField, text: "Notes" },
};

export const taskFields = Object.entries(rows).map(([name, row]) => ({
  ...row,
  name: name as keyof TaskChanges,
}));
