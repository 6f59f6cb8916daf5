import { type Person, signUp } from "../helpers/people.ts";
import type { TestServer } from "../helpers/server.ts";
import { createTaskApi, type TaskApi } from "../tasks/task-api.ts";

export const unknownTask = Buffer.from("Task:01890000-0000-7000-8000-000000000000").toString("base64");
export const unknownUser = Buffer.from("User:01890000-0000-7000-8000-000000000000").toString("base64");

/** @returns the row's id behind an id of the API */
export const uuidOf = (id: string) => Buffer.from(id, "base64").toString().split(":")[1] ?? "";

/** Somebody with things that nobody else may see: whatever is theirs has the canary in it. */
export type Victim = {
  person: Person;
  api: TaskApi;
  canary: string;
  taskIds: string[];
  deletedTaskId: string;
};

/** Signs up somebody who has twelve tasks of every kind, and one that is deleted. */
export async function signUpVictim(server: TestServer, canary: string): Promise<Victim> {
  const person = await signUp(server, canary);
  const api = createTaskApi(person);
  const taskIds: string[] = [];
  for (let n = 0; n < 12; n++) {
    const due = n % 3 === 0 ? null : { date: `2026-11-${10 + n}` };
    const priority = ["NONE", "LOW", "HIGH"][n % 3];
    const task = await api.add({ title: `${canary} ${n}`, description: `of ${canary}`, due, priority });
    if (n % 4 === 0) await api.change({ id: task.id, completed: true });
    taskIds.push(task.id);
  }
  const { id: deletedTaskId } = await api.add({ title: `${canary} deleted` });
  await api.remove(deletedTaskId);
  return { person, api, canary, taskIds, deletedTaskId };
}

/** A digest of all that a person has in the database; the same as long as nothing of it changes. */
export async function digestOf({ pool }: TestServer, person: Person): Promise<string> {
  const { rows } = await pool.query(
    `SELECT md5(string_agg(line, E'\\n' ORDER BY line)) AS digest FROM (
      SELECT users::text AS line FROM users WHERE id = $1
      UNION ALL SELECT sessions::text FROM sessions WHERE user_id = $1
      UNION ALL SELECT tasks::text FROM tasks WHERE user_id = $1) AS lines`,
    [uuidOf(person.id)],
  );
  return rows[0].digest;
}
