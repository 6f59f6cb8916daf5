import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPool } from "../helpers/database.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { findLooseKeys } from "./catalogue.ts";
import { directly } from "./connections.ts";
import { addThings, ownedTables, uuidOf } from "./pair.ts";

let server: TestServer;
/** The tables' owner, with no policy in the way. */
let owner: pg.Pool;
let person: Person;
let other: Person;

beforeAll(async () => {
  server = await startServer();
  [person, other] = [await signUp(server), await signUp(server)];
  await person.addTask({ title: "mine" });
  await other.addTask({ title: "theirs" });
  await addThings(server, person);
  await addThings(server, other);
  for (const { name } of await ownedTables(server))
    await server.admin.query(`ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`);
  owner = openPool(directly(server));
});
afterAll(async () => {
  await owner.end();
  await server.close();
});

const nobody = "01890000-0000-7000-8000-000000000000";
const someId = "01890000-0000-7000-8000-00000000000a";
const now = "now(), now()";
const insertTask = `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
  VALUES ($1, $2, $3, 't', 't', ${now})`;

const rejected = (text: string, values: unknown[], code: string) =>
  expect(owner.query(text, values)).rejects.toMatchObject({ code });

const foreignKeyViolation = "23503";
const restrictViolation = "23001";
const checkViolation = "23514";
const notNullViolation = "23502";

/** The id that differs in its last digit alone. */
const neighbourOf = (uuid: string) => uuid.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));

const count = async (table: string, of: Person) =>
  (await owner.query(`SELECT FROM ${table} WHERE user_id = $1`, [uuidOf(of.id)])).rowCount;

describe("the keys in the database, for the tables' owner", () => {
  it("are what is tried here: the owner sees everybody's rows", async () => {
    const { rows } = await owner.query("SELECT current_user AS name, count(*)::int AS tasks FROM tasks");
    expect(rows).toEqual([{ name: server.connection.user, tasks: 2 }]);
  });

  it.each([
    [
      "a task",
      "INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at) VALUES ($1, $2, 't', 't', 't', now(), now())",
    ],
    ["a session", `INSERT INTO sessions (user_id, id, created_at, expires_at) VALUES ($1, $2, ${now})`],
  ])("let %s belong only to a user that there is", async (_case, text) => {
    await rejected(text, [nobody, someId], foreignKeyViolation);
    await rejected(text, [null, someId], notNullViolation);
  });

  it("let no row be moved to another user, whether there is one or not", async () => {
    const tables = (await ownedTables(server)).filter(({ name }) => name !== "users");
    for (const { name } of tables) {
      for (const to of [nobody, uuidOf(other.id), neighbourOf(uuidOf(person.id))]) {
        const text = `UPDATE ${name} SET user_id = $1 WHERE user_id = $2`;
        await rejected(text, [to, uuidOf(person.id)], restrictViolation);
      }
      await rejected(
        `UPDATE ${name} SET user_id = NULL WHERE user_id = $1`,
        [uuidOf(person.id)],
        notNullViolation,
      );
      const upsert = `INSERT INTO ${name} SELECT * FROM ${name} WHERE user_id = $1
        ON CONFLICT (user_id, id) DO UPDATE SET user_id = $2`;
      await rejected(upsert, [uuidOf(person.id), uuidOf(other.id)], restrictViolation);
    }
  });

  it("let no user become another", async () => {
    const [mine, theirs] = [uuidOf(person.id), uuidOf(other.id)];
    await rejected("UPDATE users SET id = $1 WHERE id = $2", [nobody, mine], restrictViolation);
    await rejected("UPDATE users SET id = $1 WHERE id = $2", [theirs, mine], restrictViolation);
    const swap = "UPDATE users SET id = CASE id WHEN $1 THEN $2::uuid ELSE $1 END WHERE id IN ($1, $2)";
    await rejected(swap, [mine, theirs], restrictViolation);
  });

  it("begin with the user, in every table, in what they refer to, and in what has to be unique", async () => {
    expect(await findLooseKeys(server.admin)).toEqual([]);
  });

  it("are found wanting where a new table's do not, and refuse what crosses over where they do", async () => {
    const columns = "user_id uuid NOT NULL, id uuid, task_id uuid, label text";
    await owner.query(`CREATE TABLE loose (${columns}, PRIMARY KEY (id), UNIQUE (label));
      ALTER TABLE tasks ADD CONSTRAINT tasks_id_alone UNIQUE (id);
      ALTER TABLE loose ADD CONSTRAINT loose_task FOREIGN KEY (task_id) REFERENCES tasks (id);
      CREATE TABLE tight (${columns}, PRIMARY KEY (user_id, id), FOREIGN KEY (user_id) REFERENCES users (id),
        FOREIGN KEY (user_id, task_id) REFERENCES tasks (user_id, id))`);
    expect((await findLooseKeys(server.admin)).sort()).toEqual([
      "loose refers to no user",
      "loose_label_key is unique among all users",
      "loose_pkey is unique among all users",
      "loose_task refers to tasks(id) by task_id",
      "tasks_id_alone is unique among all users",
      "the key of loose is id",
    ]);
    const theirTask = (await owner.query("SELECT id FROM tasks WHERE user_id = $1", [uuidOf(other.id)]))
      .rows[0].id;
    const insert = "INSERT INTO tight (user_id, id, task_id) VALUES ($1, $2, $3)";
    await rejected(insert, [uuidOf(person.id), someId, theirTask], foreignKeyViolation);
    await owner.query(insert, [uuidOf(person.id), someId, null]);
    await rejected("UPDATE tight SET task_id = $1", [theirTask], foreignKeyViolation);
    await owner.query("DROP TABLE tight, loose; ALTER TABLE tasks DROP CONSTRAINT tasks_id_alone");
    expect(await findLooseKeys(server.admin)).toEqual([]);
  });

  it("let two users have rows with the same id, each of them their own", async () => {
    await owner.query(insertTask, [uuidOf(person.id), someId, "of the one"]);
    await owner.query(insertTask, [uuidOf(other.id), someId, "of the other"]);
    const id = Buffer.from(`Task:${someId}`).toString("base64");
    const document = `mutation ($id: ID!) { updateTask(input: { id: $id, priority: HIGH }) { ... on UpdateTaskPayload { task { title } } } }`;
    expect((await person.data(document, { id })).updateTask.task.title).toBe("of the one");
    const removal = "mutation ($id: ID!) { deleteTask(input: { id: $id }) { __typename } }";
    await person.data(removal, { id });
    const { task } = await other.data("query ($id: ID!) { task(id: $id) { title priority } }", { id });
    expect(task).toEqual({ title: "of the other", priority: "NONE" });
  });

  it("take a user's things away with the user, and nobody else's", async () => {
    const gone = await signUp(server);
    await gone.addTask({ title: "goes too" });
    const before = [await count("tasks", person), await count("sessions", person)];
    await owner.query("DELETE FROM users WHERE id = $1", [uuidOf(gone.id)]);
    expect([await count("tasks", gone), await count("sessions", gone)]).toEqual([0, 0]);
    expect([await count("tasks", person), await count("sessions", person)]).toEqual(before);
  });

  it.each([
    ["an empty title", "title = ''"],
    ["a title of 501 code points", "title = repeat('😀', 501)"],
    ["a description of 20,001", "description = repeat('😀', 20001)"],
    ["an unknown priority", "priority = 5"],
    ["version 0", "version = 0"],
    ["a zone without a time", "due_local = NULL, due_time_zone = 'UTC'"],
    ["a whole day in the afternoon", "due_local = '2026-11-21 15:00', due_time_zone = NULL"],
  ])("and checks refuse %s, whatever the code does", async (_case, change) => {
    await rejected(`UPDATE tasks SET ${change} WHERE user_id = $1`, [uuidOf(person.id)], checkViolation);
  });
});
