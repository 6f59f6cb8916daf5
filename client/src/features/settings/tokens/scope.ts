import type { Scope } from "../../../generated/graphql.ts";

/** What each scope lets a token do. */
export const scopeWords: Record<Scope, string> = {
  TASKS_READ: "Read your tasks",
  TASKS_ADD: "Add tasks",
  TASKS_WRITE: "Add, change and delete tasks",
  ACCOUNT_READ: "Read your name and e-mail address",
};

export const scopes = Object.keys(scopeWords) as Scope[];

/** What most scripts need, by name. */
export const presets: Record<"Read" | "Add only" | "Edit", Scope[]> = {
  Read: ["TASKS_READ", "ACCOUNT_READ"],
  "Add only": ["TASKS_ADD"],
  Edit: ["TASKS_READ", "TASKS_WRITE"],
};

export type Preset = keyof typeof presets;

export const presetNames = Object.keys(presets) as Preset[];

/** The preset that these scopes make, or null. */
export function presetOf(chosen: Scope[]): Preset | null {
  const key = (list: Scope[]) => list.toSorted().join();
  return presetNames.find((name) => key(presets[name]) === key(chosen)) ?? null;
}
