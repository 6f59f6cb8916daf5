import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyOwnTable } from "../../src/db/own-tables.ts";
import { uuidOf, type Victim } from "./pair.ts";
import type { Guise } from "./raw-sql.ts";
import { insert, refused, roles, startTwoUsers, type TwoUsers } from "./two-users.ts";

let users: TwoUsers;
let { server, sql, a, idA, idB, tables, copies } = {} as TwoUsers;

beforeAll(async () => {
  users = await startTwoUsers();
  ({ server, sql, a, idA, idB, tables, copies } = users);
});
afterAll(() => users.close());

const asAddressOf = (victim: Victim): Guise => ({
  role: "ownlist_login",
  settings: { "app.email_key": victim.person.email },
});

describe("the role for logging in", () => {
  const granted = [
    "id",
    "email",
    "email_key",
    "name",
    "created_at",
    "hashed_password",
    "email_verified_at",
    "disabled_at",
  ];

  it("reads the one account of its address, and no more than the columns it needs", async () => {
    const columns = "SELECT email, id, email_key, name, created_at, hashed_password FROM users";
    const found = await sql.try(asAddressOf(a), columns);
    expect(found).toMatchObject({ rows: [{ email: a.person.email }], count: 1 });
    const { rows } = await server.admin.query(
      "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 AND NOT attisdropped",
    );
    for (const { name } of rows) {
      const outcome = await sql.try(asAddressOf(a), `SELECT ${name} FROM users`);
      expect(outcome).toMatchObject(granted.includes(name) ? { count: 1 } : refused);
    }
    expect(await sql.try(asAddressOf(a), "SELECT * FROM users")).toMatchObject(refused);
    expect(await sql.try(asAddressOf(a), "SELECT id FROM users FOR UPDATE")).toMatchObject(refused);
  });

  it.each(["%", "", "_", "' OR true --", "CANARY"])("finds nobody by %j", async (key) => {
    const guise = { role: "ownlist_login", settings: { "app.email_key": key } };
    expect(await sql.try(guise, "SELECT id FROM users")).toMatchObject({ count: 0 });
  });

  it("neither reads another table nor writes to any", async () => {
    for (const { name, owner } of tables) {
      for (const guise of [asAddressOf(a), { ...asAddressOf(a), settings: { "app.user_id": idA } }]) {
        if (name !== "users")
          expect(await sql.try(guise, `SELECT ${owner} FROM ${name}`)).toMatchObject(refused);
        expect(await sql.try(guise, insert(name), [copies.get(name)])).toMatchObject(refused);
        expect(await sql.try(guise, `UPDATE ${name} SET ${owner} = ${owner}`)).toMatchObject(refused);
        expect(await sql.try(guise, `DELETE FROM ${name}`)).toMatchObject(refused);
      }
    }
  });
});

describe("the role for housekeeping", () => {
  const now = new Date("2030-01-01T00:00:00Z");
  const guise: Guise = { role: "ownlist_housekeeping", settings: { "app.now": now.toISOString() } };
  const daysAgo = (days: number, ms = 0) => new Date(now.getTime() - days * 24 * 60 * 60 * 1000 - ms);

  it("sees the keys of what has had its time, to the millisecond, and nothing else", async () => {
    const { taskIds } = a;
    const times = [null, daysAgo(29), daysAgo(30), daysAgo(30, 1)];
    const ids = [...taskIds, a.deletedTaskId].map(uuidOf);
    for (const [n, time] of times.entries())
      await server.admin.query("UPDATE tasks SET deleted_at = $1 WHERE id = $2", [time, ids[n]]);
    await server.admin.query("UPDATE tasks SET deleted_at = NULL WHERE user_id = $1", [idB]);
    const seen = await sql.try(guise, "SELECT user_id, id FROM tasks");
    expect(seen).toMatchObject({ rows: [{ user_id: idA, id: ids[3] }], count: 1 });

    await server.admin.query("UPDATE sessions SET expires_at = $1 WHERE user_id = $2", [now, idA]);
    await server.admin.query("UPDATE sessions SET expires_at = $1 WHERE user_id = $2", [daysAgo(0, 1), idB]);
    expect(await sql.try(guise, "SELECT user_id FROM sessions")).toMatchObject({
      rows: [{ user_id: idB }],
      count: 1,
    });
  });

  it("reads no other column or table, and writes nothing", async () => {
    const { rows } = await server.admin.query(
      `SELECT relname AS table, attname AS column FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
       WHERE relname = ANY($1) AND relkind = 'r' AND attnum > 0 AND NOT attisdropped`,
      [tables.map(({ name }) => name)],
    );
    const granted = everyOwnTable.flatMap(({ name, expiry }) =>
      expiry ? ["user_id", "id", expiry.column].map((column) => `${name}.${column}`) : [],
    );
    // Of A's alone the time is up.
    await server.admin.query("UPDATE personal_tokens SET expires_at = $1 WHERE user_id = $2", [
      daysAgo(30),
      idB,
    ]);
    await server.admin.query("UPDATE codes SET expires_at = $1 WHERE user_id = $2", [now, idB]);
    await server.admin.query("UPDATE security_events SET created_at = $1", [daysAgo(180)]);
    await server.admin.query(
      "UPDATE security_events SET created_at = $1 WHERE id = (SELECT max(id::text)::uuid FROM security_events WHERE user_id = $2)",
      [daysAgo(180, 1), idA],
    );
    for (const { table, column } of rows) {
      const outcome = await sql.try(guise, `SELECT ${column} FROM ${table}`);
      expect(outcome).toMatchObject(granted.includes(`${table}.${column}`) ? { count: 1 } : refused);
    }
    for (const { name, owner } of tables) {
      expect(await sql.try(guise, insert(name), [copies.get(name)])).toMatchObject(refused);
      expect(await sql.try(guise, `UPDATE ${name} SET ${owner} = ${owner}`)).toMatchObject(refused);
      expect(await sql.try(guise, `DELETE FROM ${name}`)).toMatchObject(refused);
    }
  });
});

describe("the role for limits", () => {
  const guise = (key: string): Guise => ({ role: "ownlist_limits", settings: { "app.limit_key": key } });

  it("reaches the one count of its key, and no table of anybody's", async () => {
    await server.admin.query("INSERT INTO rate_limits VALUES ('one', 1, 5), ('two', 2, 5)");
    expect(await sql.try(guise("one"), "SELECT points FROM rate_limits")).toMatchObject({
      rows: [{ points: 1 }],
    });
    expect(await sql.try(guise("one"), "UPDATE rate_limits SET points = 0")).toMatchObject({ count: 1 });
    expect(await sql.try(guise("one"), "DELETE FROM rate_limits")).toMatchObject({ count: 1 });
    expect(await sql.try(guise(""), "SELECT FROM rate_limits")).toMatchObject({ count: 0 });
    const other = "INSERT INTO rate_limits VALUES ('three', 1, 5)";
    expect(await sql.try(guise("one"), other)).toMatchObject(refused);
    for (const { name, owner } of tables)
      expect(await sql.try(guise("one"), `SELECT ${owner} FROM ${name}`)).toMatchObject(refused);
  });
});

describe("the role of the operator's command", () => {
  const guise: Guise = { role: "ownlist_admin", settings: { "app.admin": "list" } };

  it("lists accounts and counts rows, sees nothing of what is in them, and writes nothing", async () => {
    expect(await sql.try(guise, "SELECT id, email, name, created_at, disabled_at FROM users")).toMatchObject({
      count: 2,
    });
    for (const counted of ["tasks", "sessions", "personal_tokens"]) {
      const outcome = await sql.try(guise, `SELECT user_id FROM ${counted}`);
      expect("count" in outcome && outcome.count).toBeGreaterThan(0);
    }
    for (const secret of [
      "hashed_password FROM users",
      "title FROM tasks",
      "refresh_hash FROM sessions",
      "token_hash FROM personal_tokens",
      "user_id FROM codes",
      "user_id FROM security_events",
    ])
      expect(await sql.try(guise, `SELECT ${secret}`)).toMatchObject(refused);
    for (const { name, owner } of tables) {
      expect(await sql.try(guise, insert(name), [copies.get(name)])).toMatchObject(refused);
      expect(await sql.try(guise, `UPDATE ${name} SET ${owner} = ${owner}`)).toMatchObject(refused);
      expect(await sql.try(guise, `DELETE FROM ${name}`)).toMatchObject(refused);
    }
  });
});

describe("the roles", () => {
  it("can't log in, bypass policies, make roles or databases, and belong to no other role", async () => {
    const { rows } = await server.admin.query(
      `SELECT rolname AS name, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolcanlogin AS strong,
         ARRAY(SELECT other.rolname::text FROM pg_roles AS other WHERE other.oid <> own.oid AND pg_has_role(own.oid, other.oid, 'MEMBER')) AS others
       FROM pg_roles AS own WHERE rolname = ANY($1) ORDER BY 1`,
      [roles],
    );
    expect(rows).toEqual(roles.map((name) => ({ name, strong: false, others: [] })));
  });

  it("own nothing, and can make nothing in the schema", async () => {
    const { rows } = await server.admin.query(
      `SELECT deptype FROM pg_shdepend JOIN pg_roles ON refobjid = pg_roles.oid WHERE rolname = ANY($1) AND deptype = 'o'`,
      [roles],
    );
    expect(rows).toEqual([]);
    for (const role of roles) {
      expect(await sql.try({ role }, "SELECT FROM _prisma_migrations")).toMatchObject(refused);
      for (const { name } of tables)
        expect(await sql.try({ role }, `ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`)).toMatchObject(
          refused,
        );
      expect(await sql.try({ role }, "CREATE POLICY p ON tasks USING (true)")).toMatchObject(refused);
      expect(await sql.try({ role }, "ALTER TABLE tasks DISABLE TRIGGER ALL")).toMatchObject(refused);
      expect(
        await sql.try({ role }, "CREATE OR REPLACE FUNCTION lock_user() RETURNS trigger LANGUAGE sql AS ''"),
      ).toMatchObject({ code: expect.stringMatching(/^42/) });
    }
  });

  it("can't switch row-level security off for their session: statements fail then", async () => {
    for (const guise of [{ role: "ownlist_app", settings: { "app.user_id": idA } }, {}]) {
      const outcome = await sql.try(guise, ["SET LOCAL row_security = off", "SELECT FROM tasks"]);
      expect(outcome).toMatchObject(refused);
    }
  });

  it("have no function to run as somebody else, and share nothing with everybody", async () => {
    const { rows: functions } = await server.admin.query(
      "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace",
    );
    expect(functions).toEqual([]);
    const { rows: grants } = await server.admin.query(
      `SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants
       WHERE table_schema = 'public' AND grantee NOT IN ($1, 'ownlist_app') AND table_name <> 'rate_limits'`,
      [server.connection.user],
    );
    expect(grants).toEqual([]);
  });
});
