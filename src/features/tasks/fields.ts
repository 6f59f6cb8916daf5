import type { Problems } from "../../errors.ts";
import type { Prisma } from "../../generated/prisma/client.ts";
import { priorities } from "../../rules/priority.ts";

type Columns = Prisma.TaskGetPayload<object>;
type NumberColumn = {
  [C in keyof Columns]: Columns[C] extends number | null ? C : never;
}[keyof Columns];

type Field<Value> = {
  /** Its type in the API; inputs take null as well, which stands for what is kept when it is cleared. */
  type: "Int" | "Priority";
  /** What is kept where nothing is given, or it is cleared. */
  cleared: Value;
  /** @returns what is wrong with a value; null where nothing is */
  problem?(value: NonNullable<Value>): string | null;
  /** @returns what stands in the export for a value; it itself where this is left out */
  exported?(value: Value): unknown;
  /** Of the task's field, and of what adding and changing one take. */
  descriptions: { task: string; create: string; update: string };
};

/**
 * The fields of a task that are a column of numbers each. Besides the column a row here is all there is to one: the type
 * Task, both inputs, what is checked and kept, and the export read it. Fields of several columns are by hand.
 */
export const plainFields = {
  priority: {
    type: "Priority",
    cleared: 0,
    exported: (value) => priorities[value],
    descriptions: {
      task: "How pressing it is; NONE unless somebody said otherwise.",
      create: "NONE when left out.",
      update: "Cleared, it is NONE.",
    },
  },
} as const satisfies { [C in NumberColumn]?: Field<Columns[C]> };

export type PlainField = keyof typeof plainFields;

/** The values of those that are given. */
export type PlainValues = { [F in PlainField]?: Columns[F] | null | undefined };

const entries = Object.entries(plainFields) as [PlainField, Field<number | null>][];

/** @returns what is made of each row, by its column */
export function mapPlainFields<T>(
  make: (field: Field<number | null>, column: PlainField) => T,
): Record<PlainField, T> {
  return Object.fromEntries(entries.map(([column, field]) => [column, make(field, column)])) as Record<
    PlainField,
    T
  >;
}

/** @returns the columns of the fields that are given; problems are added at their names */
export function readPlainFields(given: PlainValues, problems: Problems): Partial<Columns> {
  const columns = mapPlainFields(({ cleared, problem }, column) => {
    const value = given[column];
    if (value != null) problems.add([column], problem?.(value) ?? null);
    return value === null ? cleared : value;
  });
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}
