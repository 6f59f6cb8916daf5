import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { uuidOf } from "./pair.ts";

let server: TestServer;
let person: Person;
let other: Person;

beforeAll(async () => {
  server = await startServer();
  [person, other] = [await signUp(server), await signUp(server)];
  await person.addTask({ title: "mine" });
  await other.addTask({ title: "theirs" });
});
afterAll(() => server.close());

const nobody = "01890000-0000-7000-8000-000000000000";
const someId = "01890000-0000-7000-8000-00000000000a";
const now = "now(), now()";

const rejected = (text: string, values: unknown[], code: string) =>
  expect(server.admin.query(text, values)).rejects.toMatchObject({ code });

const foreignKeyViolation = "23503";
const restrictViolation = "23001";
const checkViolation = "23514";

describe("the keys in the database", () => {
  it.each([
    [
      "a task",
      `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at) VALUES ($1, $2, 't', 't', 't', ${now})`,
    ],
    ["a session", `INSERT INTO sessions (user_id, id, created_at, expires_at) VALUES ($1, $2, ${now})`],
  ])("let %s belong only to a user that there is", async (_case, text) => {
    await rejected(text, [nobody, someId], foreignKeyViolation);
    await rejected(text, [null, someId], "23502");
  });

  it.each(["tasks", "sessions"])("let no row of %s be moved to another user", async (table) => {
    await rejected(
      `UPDATE ${table} SET user_id = $1 WHERE user_id = $2`,
      [nobody, uuidOf(person.id)],
      restrictViolation,
    );
  });

  it("begin with the user in every table of a user's things, and so do their foreign keys", async () => {
    const { rows: tables } = await server.admin.query(
      `SELECT c.relname AS name,
          (SELECT array_agg(a.attname ORDER BY k.n) FROM unnest(p.conkey) WITH ORDINALITY AS k(num, n)
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num)::text[] AS key
        FROM pg_class c
        JOIN pg_attribute owner ON owner.attrelid = c.oid AND owner.attname = 'user_id'
        LEFT JOIN pg_constraint p ON p.conrelid = c.oid AND p.contype = 'p'
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace`,
    );
    expect(tables.length).toBeGreaterThanOrEqual(2);
    for (const { name, key } of tables) expect({ name, key: key?.[0] }).toEqual({ name, key: "user_id" });

    const { rows: references } = await server.admin.query(
      `SELECT conname AS name, (SELECT array_agg(attname) FROM pg_attribute
          WHERE attrelid = conrelid AND attnum = any(conkey))::text[] AS columns
        FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
    );
    for (const { name, columns } of references)
      expect({ name, columns }).toMatchObject({ columns: expect.arrayContaining(["user_id"]) });
  });

  it("let two users have rows with the same id, each of them their own", async () => {
    const text = `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at) VALUES ($1, $2, $3, 't', 't', ${now})`;
    await server.admin.query(text, [uuidOf(person.id), someId, "of the one"]);
    await server.admin.query(text, [uuidOf(other.id), someId, "of the other"]);
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
    const count = async (table: string, owner: Person) =>
      (await server.admin.query(`SELECT FROM ${table} WHERE user_id = $1`, [uuidOf(owner.id)])).rowCount;
    const before = [await count("tasks", person), await count("sessions", person)];
    await server.admin.query("DELETE FROM users WHERE id = $1", [uuidOf(gone.id)]);
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
