import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findLoosePolicies } from "./catalogue.ts";
import { cameToNothing, type Guise } from "./raw-sql.ts";
import { insert, refused, roles, startTwoUsers, type TwoUsers } from "./two-users.ts";

let users: TwoUsers;
let { server, sql, b, idA, idB, tables, copies } = {} as TwoUsers;

beforeAll(async () => {
  users = await startTwoUsers();
  ({ server, sql, b, idA, idB, tables, copies } = users);
});
afterAll(() => users.close());

const asA = (): Guise => ({ role: "ownlist_app", settings: { "app.user_id": idA } });

describe("every table", () => {
  it("is under forced row-level security, with the policies that the server's roles need and no others", async () => {
    expect(await findLoosePolicies(server.admin)).toEqual([]);
  });

  it("is found wanting where a new one's policies are missing, or let others in", async () => {
    await server.admin.query(`CREATE TABLE bare (user_id uuid); CREATE TABLE wide (user_id uuid);
      ALTER TABLE wide ENABLE ROW LEVEL SECURITY; CREATE POLICY w ON wide USING (true); CREATE VIEW sight AS SELECT FROM tasks`);
    expect(await findLoosePolicies(server.admin)).toEqual([
      "bare is not under row-level security for everybody",
      "bare lets through ",
      "sight is not under row-level security for everybody",
      "sight lets through ",
      "wide is not under row-level security for everybody",
      "wide lets through ",
      "wide lets in {public} ALL",
    ]);
    await server.admin.query("DROP VIEW sight; DROP TABLE bare, wide");
  });
});

const empty = { "app.user_id": "", "app.email_key": "", "app.now": "", "app.limit_key": "", "app.admin": "" };
const unbound: Guise[] = [undefined, ...roles].flatMap((role) =>
  [{}, empty].map((settings) => (role === undefined ? { settings } : { role, settings })),
);

describe.each(unbound)("nobody, as %j,", (guise) => {
  it("reads, adds, changes and deletes no row of any table", async () => {
    for (const { name, owner } of tables) {
      for (const statement of [
        `SELECT ${owner} FROM ${name}`,
        `SELECT * FROM ${name}`,
        `SELECT ${owner} FROM ${name} FOR UPDATE`,
        `UPDATE ${name} SET seq = 1`,
        `DELETE FROM ${name}`,
      ]) {
        const outcome = await sql.try(guise, statement);
        expect({ statement, nothing: cameToNothing(outcome) }).toEqual({ statement, nothing: true });
      }
      expect(await sql.try(guise, insert(name), [copies.get(name)])).toMatchObject(refused);
    }
  });
});

describe("bound to one user", () => {
  it("everything of theirs and nothing of others' is read", async () => {
    for (const { name, owner } of tables) {
      const { rows } = (await sql.try(asA(), `SELECT DISTINCT ${owner} AS owner FROM ${name}`)) as {
        rows: object[];
      };
      expect(rows).toEqual([{ owner: idA }]);
      expect(
        await sql.try(asA(), `SELECT * FROM ${name} WHERE ${owner} = $1 FOR UPDATE`, [idB]),
      ).toMatchObject({ count: 0 });
      const copied = await sql.try(asA(), `COPY ${name} TO STDOUT`);
      const { rows: own } = await server.admin.query(`SELECT FROM ${name} WHERE ${owner} = $1`, [idA]);
      expect(copied).toMatchObject({ count: own.length });
    }
  });

  it("no row is added for, changed of, given to, taken from or deleted of another", async () => {
    for (const { name, owner } of tables) {
      expect(await sql.try(asA(), insert(name), [copies.get(name)])).toMatchObject(refused);
      for (const statement of [
        `UPDATE ${name} SET seq = 1 WHERE ${owner} = $1`,
        `DELETE FROM ${name} WHERE ${owner} = $1`,
      ])
        expect(await sql.try(asA(), statement, [idB])).toMatchObject({ count: 0 });
      const away = await sql.try(asA(), `UPDATE ${name} SET ${owner} = $1 WHERE ${owner} = $2`, [idB, idA]);
      expect(["42501", "23001"]).toContain("code" in away && away.code);
      expect(
        await sql.try(asA(), `UPDATE ${name} SET ${owner} = $1 WHERE ${owner} = $2`, [idA, idB]),
      ).toMatchObject({ count: 0 });
    }
  });

  it("somebody who deletes themselves takes all that is theirs along, and nothing of others'", async () => {
    const become = `SELECT set_config('app.user_id', '${idB}', true)`;
    for (const { name } of tables) {
      const others = (await sql.try(asA(), [become, `SELECT FROM ${name}`])) as { count: number };
      expect(others.count).toBeGreaterThan(0);
      expect(await sql.try(asA(), ["DELETE FROM users", `SELECT FROM ${name}`])).toMatchObject({ count: 0 });
      const left = await sql.try(asA(), ["DELETE FROM users", become, `SELECT FROM ${name}`]);
      expect(left).toMatchObject({ count: others.count });
    }
  });

  it("no row of another's is overwritten by one with its key", async () => {
    const row = (
      await server.admin.query("SELECT to_jsonb(tasks) AS row FROM tasks WHERE user_id = $1", [idB])
    ).rows[0].row;
    for (const rest of ["DO UPDATE SET title = 'stolen'", "DO NOTHING"]) {
      const statement = `${insert("tasks")} ON CONFLICT (user_id, id) ${rest}`;
      expect(await sql.try(asA(), statement, [JSON.stringify(row)])).toMatchObject(refused);
    }
  });

  it("no function of the statement's own gets to see a row of another's", async () => {
    sql.notices.length = 0;
    const outcome = await sql.try(asA(), [
      `CREATE FUNCTION pg_temp.peek(title text) RETURNS boolean COST 0.0000001 LANGUAGE plpgsql
         AS $$ BEGIN RAISE NOTICE 'seen %', title; RETURN true; END $$`,
      "SELECT title FROM tasks WHERE pg_temp.peek(title)",
    ]);
    expect(outcome).toMatchObject({ count: 4 });
    expect(sql.notices.filter((notice) => notice.includes("canary-a"))).toHaveLength(4);
    expect(sql.notices.filter((notice) => notice.includes("canary-b"))).toEqual([]);
  });

  it("neither statistics nor an error's details tell of another's values", async () => {
    await server.admin.query("ANALYZE");
    expect(
      await sql.try(asA(), "SELECT FROM pg_stats WHERE tablename = ANY($1)", [
        tables.map(({ name }) => name),
      ]),
    ).toMatchObject({ count: 0 });
    const taken = {
      id: idA,
      email: "x",
      email_key: b.person.email,
      hashed_password: "x",
      created_at: new Date(),
    };
    const clash = await sql.try(asA(), insert("users"), [JSON.stringify({ ...taken, seq: 0 })]);
    expect(clash).toMatchObject({ code: "23505" });
    expect("error" in clash && clash.error.detail).toBeUndefined();
  });

  it("a prepared statement's plan keeps to whoever runs it, however often it ran for others", async () => {
    const execute = "EXECUTE tasks_of";
    for (let n = 0; n < 8; n++) {
      const prepare = n === 0 ? ["PREPARE tasks_of AS SELECT title FROM tasks"] : [];
      const mine = await sql.try(asA(), [...prepare, execute]);
      expect(JSON.stringify("rows" in mine && mine.rows)).toMatch(/canary-a(?!.*canary-b)/);
      const theirs = await sql.try({ ...asA(), settings: { "app.user_id": idB } }, execute);
      expect(JSON.stringify("rows" in theirs && theirs.rows)).toMatch(/canary-b/);
      expect(JSON.stringify("rows" in theirs && theirs.rows)).not.toMatch(/canary-a/);
      expect(await sql.try({ ...asA(), settings: {} }, execute)).toMatchObject({ count: 0 });
      expect(await sql.try({}, execute)).toMatchObject({ count: 0 });
      for (const role of ["ownlist_login", "ownlist_housekeeping"])
        expect(await sql.try({ role, settings: { "app.user_id": idB } }, execute)).toMatchObject(refused);
    }
  });

  it.each(["x", "'", "%", "00000000", "{}", "NULL"])("a user id like %j reaches nothing", async (value) => {
    const outcome = await sql.try(
      { role: "ownlist_app", settings: { "app.user_id": value } },
      "SELECT FROM tasks",
    );
    expect(outcome).toMatchObject({ code: "22P02" });
  });
});
