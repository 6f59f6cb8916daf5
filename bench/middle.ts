import { ask, type Target } from "./ask.ts";
import type { Operation } from "./operation.ts";
import type { Person } from "./people.ts";
import { middleDay } from "./seed.ts";

/** @returns what asks for the page in the middle of a million tasks, behind the only one of them that is due that day */
export async function middlePage(target: Target, { token }: Person): Promise<Operation & { kind: "list" }> {
  const { tasks, endCursor } = await ask(target, {
    kind: "list",
    token,
    completed: false,
    dueFrom: middleDay,
  });
  if (tasks?.length !== 1 || !endCursor) throw new Error("the task in the middle is not found");
  return { kind: "list", token, completed: false, after: endCursor };
}
