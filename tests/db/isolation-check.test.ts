import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkIsolation } from "../../src/db/isolation-check.ts";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";
import { signUp } from "../helpers/people.ts";
import { startServer } from "../helpers/server.ts";
import { directly } from "../isolation/connections.ts";

let database: TestDatabase;
let connection: pg.ClientConfig;
let admin: pg.Client;

beforeAll(async () => {
  database = await createDatabase();
  const server = await startServer({}, { ...database, drop: async () => {} });
  await signUp(server);
  connection = directly(server);
  await server.close();
  admin = new pg.Client(database.admin);
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

/** Holds for the tables of this file's database, and goes with them: others run beside it with the same roles. */
const inDatabase: [breach: string, words: RegExp, mend: string][] = [
  [
    "ALTER TABLE tasks DISABLE ROW LEVEL SECURITY",
    /^Row-level security is off for "tasks": .*ALTER TABLE "tasks" ENABLE/,
    "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY",
  ],
  [
    "ALTER TABLE users NO FORCE ROW LEVEL SECURITY",
    /^Row-level security is off for "users"/,
    "ALTER TABLE users FORCE ROW LEVEL SECURITY",
  ],
  [
    "CREATE POLICY helpful ON sessions USING (true)",
    /^The policy "helpful" is not Ownlist's .* DROP POLICY "helpful" ON "sessions"/,
    "DROP POLICY helpful ON sessions",
  ],
  [
    "ALTER POLICY users_own ON users USING (true)",
    /^ownlist_app sees rows of "users" on nobody's behalf/,
    `ALTER POLICY users_own ON users USING (id = (SELECT NULLIF(current_setting('app.user_id', true), '')::uuid))`,
  ],
  [
    "CREATE TABLE notes (text text); GRANT SELECT ON notes TO ownlist_app",
    /^Row-level security is off for "notes"/,
    "DROP TABLE notes",
  ],
  [
    "CREATE VIEW everything AS SELECT title FROM tasks; GRANT SELECT ON everything TO ownlist_app",
    /^Row-level security is off for "everything"/,
    "DROP VIEW everything",
  ],
  [
    "ALTER TABLE tasks DISABLE TRIGGER tasks_number",
    /^The trigger "tasks_number" is disabled, .* ENABLE TRIGGER "tasks_number"/,
    "ALTER TABLE tasks ENABLE TRIGGER tasks_number",
  ],
  [
    "ALTER TABLE tasks OWNER TO ownlist_app",
    /^The role ownlist_app could|owns it/,
    "ALTER TABLE tasks OWNER TO ownlist",
  ],
  [
    "REVOKE ALL ON tasks FROM ownlist_app, ownlist_housekeeping, ownlist_admin; REVOKE SELECT (user_id, id, deleted_at) ON tasks FROM ownlist_housekeeping; REVOKE SELECT (user_id) ON tasks FROM ownlist_admin",
    /^The table tasks is not in the schema "public", or the server's roles may not use it/,
    "GRANT SELECT, INSERT, UPDATE, DELETE ON tasks TO ownlist_app; GRANT SELECT (user_id, id, deleted_at) ON tasks TO ownlist_housekeeping; GRANT SELECT (user_id) ON tasks TO ownlist_admin",
  ],
];

describe("the server does not start", () => {
  it.each(inDatabase)("after %s", async (breach, words, mend) => {
    await checkIsolation(connection);
    await admin.query(breach);
    await expect(checkIsolation(connection)).rejects.toThrow(words);
    await admin.query(mend);
    await checkIsolation(connection);
  });

  it("as a role that may not become those that keep users apart", async () => {
    const name = `nobody_${process.pid}`;
    await admin.query(`CREATE ROLE ${name} LOGIN`);
    const words = `GRANT ownlist_app, ownlist_login, ownlist_housekeeping, ownlist_limits, ownlist_admin TO "${name}"`;
    try {
      await expect(checkIsolation({ ...connection, user: name })).rejects.toThrow(words);
      await admin.query(words);
      await checkIsolation({ ...connection, user: name });
    } finally {
      await admin.query(`DROP ROLE ${name}`);
    }
  });

  it("where nothing can be looked at", async () => {
    await expect(checkIsolation({ ...connection, database: "nowhere" })).rejects.toThrow(
      /^The database's row-level security could not be checked: /,
    );
  });
});
