import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { seedOf } from "../../bench/seed.ts";
import { everyOwnTable } from "../../src/db/own-tables.ts";
import { descriptionColumns, titleColumns } from "../../src/features/tasks/task-text.ts";
import { foldingRule } from "../../src/rules/folding.ts";
import { daysBefore } from "../../src/rules/retention.ts";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";

const day = 24 * 60 * 60 * 1000;
const sizes = { users: 5, tasksPerUser: 100, manyTasks: 1000 };

let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.admin);
  await admin.connect();
  for (const statement of seedOf(sizes)) await admin.query(statement);
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

it("leaves nothing to remove to a server that is measured in the days after", async () => {
  const { rows } = await admin.query("SELECT count(*)::int FROM tasks WHERE deleted_at IS NOT NULL");
  expect(rows).toEqual([{ count: 5 * 3 + 30 }]);
  const days = [0, 3].map((later) => new Date(Date.now() + later * day));
  for (const { name, expiry } of everyOwnTable)
    for (const time of expiry === null ? [] : days) {
      const expired = await admin.query(`SELECT FROM ${name} WHERE ${expiry?.column} < $1`, [
        daysBefore(time, expiry?.days ?? 0),
      ]);
      expect(expired.rowCount, name).toBe(0);
    }
});

it("leaves nothing to fold anew to a server that starts on it", async () => {
  const { rows } = await admin.query("SELECT * FROM tasks");
  expect(rows).toHaveLength(5 * 100 + 1000);
  for (const { title, title_key, title_search, description, description_search } of rows) {
    expect({ title, titleKey: title_key, titleSearch: title_search }).toEqual(titleColumns(title));
    expect({ description, descriptionSearch: description_search }).toEqual(descriptionColumns(description));
  }
  const installations = await admin.query("SELECT folding FROM installation");
  expect(installations.rows).toEqual([{ folding: foldingRule }]);
});
