import { getNamedType, isInputObjectType } from "graphql";
import { type OwnModel, ownTables } from "../../src/db/own-tables.ts";
import { operations, writeOperation } from "../helpers/operations.ts";
import { type Person, signUp } from "../helpers/people.ts";
import type { TestServer } from "../helpers/server.ts";
import { createTaskApi, type TaskApi } from "../tasks/task-api.ts";

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

/** Signs up somebody who has tasks of every kind and one that is deleted, and one of everything else. */
export async function signUpVictim(server: TestServer, canary: string, tasks = 12): Promise<Victim> {
  const person = await signUp(server, canary);
  const api = createTaskApi(person);
  const taskIds: string[] = [];
  for (let n = 0; n < tasks; n++) {
    const due = n % 3 === 0 ? null : { date: `2026-11-${10 + n}` };
    const priority = ["NONE", "LOW", "HIGH"][n % 3];
    const task = await api.add({ title: `${canary} ${n}`, description: `of ${canary}`, due, priority });
    if (n % 4 === 0) await api.change({ id: task.id, completed: true });
    taskIds.push(task.id);
  }
  await addThings(server, person, canary);
  const { id: deletedTaskId } = await api.add({ title: `${canary} deleted` });
  await api.remove(deletedTaskId);
  return { person, api, canary, taskIds, deletedTaskId };
}

type AddThing = (server: TestServer, person: Person, canary: string) => Promise<unknown>;

const comesAnyway: AddThing = async () => {};

/** How somebody gets a row of a table for which no mutation is called `create` and its name. */
const things: Partial<Record<OwnModel, AddThing>> = {
  user: comesAnyway,
  session: comesAnyway,
  securityEvent: comesAnyway,
  task: comesAnyway,
  code: ({ admin }, person, canary) =>
    admin.query(
      `INSERT INTO codes (user_id, id, purpose, email, code_hash, created_at, expires_at)
       VALUES ($1, gen_random_uuid(), 'verify', $2, '\\x00', now(), now() + interval '1 day')`,
      [uuidOf(person.id), `${canary}@example.com`],
    ),
};

/** Makes one by its mutation, with the canary in the first text of the input. */
async function create(model: OwnModel, person: Person, canary: string): Promise<void> {
  const name = `create${model.charAt(0).toUpperCase()}${model.slice(1)}`;
  const operation = operations.find(({ field }) => field.name === name);
  if (!operation) throw new Error(`There is no ${name}: say here how somebody gets one.`);
  const input = operation.field.args[0] && getNamedType(operation.field.args[0].type);
  const fields = isInputObjectType(input) ? Object.values(input.getFields()) : [];
  const text = fields.find(({ type }) => getNamedType(type).name === "String");
  const { document, variables } = writeOperation(operation, "{ __typename }", ["input", text?.name ?? ""]);
  const data = await person.data(document, variables(canary));
  if (!data[name].__typename.endsWith("Payload")) throw new Error(`${name} made nothing`);
}

/** Gives somebody one of everything that is not a task. */
export async function addThings(server: TestServer, person: Person, canary = "canary"): Promise<void> {
  for (const model of Object.keys(ownTables) as OwnModel[])
    await (things[model]?.(server, person, canary) ?? create(model, person, canary));
}

/** The tables that hold users' things, those of tomorrow included, each with the column that says whose. */
export async function ownedTables({ admin }: TestServer): Promise<{ name: string; owner: string }[]> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'user_id'
     WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  return [{ name: "users", owner: "id" }, ...rows.map(({ name }) => ({ name, owner: "user_id" }))];
}

/**
 * A digest of all that a person has in the database; the same as long as nothing of it changes, not even to what it
 * was before.
 */
export async function digestOf(server: TestServer, person: Person): Promise<string> {
  const { rows: columns } = await server.admin.query<{ name: string }>(
    "SELECT attrelid::regclass::text AS name FROM pg_attribute WHERE attname = 'last_seen_at'",
  );
  // That a credential was seen is no change; any other gives the row a new number.
  const seen = new Set(columns.map(({ name }) => name));
  const lines = (await ownedTables(server)).map(({ name, owner }) => {
    const line = seen.has(name)
      ? `(to_jsonb(${name}) - 'last_seen_at')::text`
      : `xmin::text || ${name}::text`;
    return `SELECT ${line} AS line FROM ${name} WHERE ${owner} = $1`;
  });
  const { rows } = await server.admin.query(
    `SELECT md5(string_agg(line, E'\\n' ORDER BY line)) AS digest FROM (${lines.join(" UNION ALL ")}) AS lines`,
    [uuidOf(person.id)],
  );
  return rows[0].digest;
}
