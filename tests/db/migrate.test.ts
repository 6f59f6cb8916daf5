import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "../../src/db/migrations/migrate.ts";
import { type EmptyDatabase, emptyDatabase } from "./empty-database.ts";

const repository = resolve(import.meta.dirname, "../..");
const firstMigration = "20261121000000_init";
let database: EmptyDatabase;
let migrationsDir: string;

beforeEach(async () => {
  database = await emptyDatabase();
  migrationsDir = mkdtempSync(join(tmpdir(), "ownlist-migrations-"));
  cpSync(
    join(repository, "prisma/migrations/migration_lock.toml"),
    join(migrationsDir, "migration_lock.toml"),
  );
});

afterEach(async () => {
  await database.drop();
  rmSync(migrationsDir, { recursive: true });
});

function write(name: string, sql: string): void {
  mkdirSync(join(migrationsDir, name), { recursive: true });
  writeFileSync(join(migrationsDir, name, "migration.sql"), sql);
}

function run(): Promise<string[]> {
  return migrate({ connection: database.connection, migrationsDir });
}

async function ask<Row extends pg.QueryResultRow>(sql: string, as = database.connection): Promise<Row[]> {
  const client = new pg.Client(as);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function tables(): Promise<string[]> {
  const rows = await ask<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1",
  );
  return rows.map(({ name }) => name);
}

describe("migrating", () => {
  it("applies what is missing, in order, and nothing twice", async () => {
    write("001_a", "CREATE TABLE a (id int);");
    expect(await run()).toEqual(["001_a"]);
    write("002_b", "CREATE TABLE b (id int);");
    write("003_c", "ALTER TABLE b RENAME TO c;");
    expect(await run()).toEqual(["002_b", "003_c"]);
    expect(await run()).toEqual([]);
    expect(await tables()).toEqual(["_prisma_migrations", "a", "c"]);
  });

  it("is done by one of several servers that start at once", async () => {
    write("001_a", "CREATE TABLE a (id int); SELECT pg_sleep(0.2);");
    const runs = await Promise.all([run(), run(), run(), run()]);
    expect(runs.flat()).toEqual(["001_a"]);
    expect(await ask("SELECT count(*)::int FROM _prisma_migrations")).toEqual([{ count: 1 }]);
  });

  it("leaves semicolons in functions and strings alone", async () => {
    write(
      "001_f",
      "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'a;b'; END $$; -- one; two\n",
    );
    await run();
    expect(await ask("SELECT f()")).toEqual([{ f: "a;b" }]);
  });

  it("undoes all of it when a statement fails, says what failed, and goes through when that is mended", async () => {
    write("001_a", "CREATE TABLE a (id int);");
    write("002_b", "CREATE TABLE b (id int); SELECT nothing FROM nowhere;");
    await expect(run()).rejects.toThrow(
      'The database could not be migrated: relation "nowhere" does not exist.',
    );
    expect(await tables()).toEqual([]);
    write("002_b", "CREATE TABLE b (id int);");
    expect(await run()).toEqual(["001_a", "002_b"]);
  });

  it("is made good by the next start when the process is killed in the middle", async () => {
    write("001_a", "CREATE TABLE a (id int);");
    write("002_b", "CREATE TABLE b (id int); SELECT pg_sleep(2);");
    const source = `import { migrate } from ${JSON.stringify(join(repository, "src/db/migrations/migrate.ts"))};
      await migrate(${JSON.stringify({ connection: database.connection, migrationsDir })});`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", source]);
    await expect
      .poll(
        () =>
          ask("SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(2)%' AND pid <> pg_backend_pid()"),
        { timeout: 10_000 },
      )
      .toHaveLength(1);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await tables()).toEqual([]);
    expect(await run()).toEqual(["001_a", "002_b"]);
    expect(await tables()).toEqual(["_prisma_migrations", "a", "b"]);
  });
});

describe("a database is refused in a line", () => {
  it("when it is newer than the code", async () => {
    write("001_a", "CREATE TABLE a (id int);");
    write("002_b", "CREATE TABLE b (id int);");
    await run();
    rmSync(join(migrationsDir, "002_b"), { recursive: true });
    await expect(run()).rejects.toThrow(
      "The database is newer than this Ownlist (it has the migration 002_b): update Ownlist.",
    );
  });

  it("when a migration is not the one that was applied", async () => {
    write("001_a", "CREATE TABLE a (id int);");
    await run();
    write("001_a", "CREATE TABLE a (id bigint);");
    await expect(run()).rejects.toThrow("The migration 001_a is not the one that was applied");
  });

  it("when another tool has left a migration half done", async () => {
    write("001_a", "CREATE TABLE a (id int);");
    await run();
    await ask("UPDATE _prisma_migrations SET finished_at = NULL");
    await expect(run()).rejects.toThrow("The migration 001_a was begun by another tool and not finished");
  });

  it("when it holds tables that are somebody else's", async () => {
    write("001_a", "CREATE TABLE a (id int);");
    await ask("CREATE TABLE theirs (id int)");
    await expect(run()).rejects.toThrow("The database has tables that are not Ownlist's");
    expect(await tables()).toEqual(["theirs"]);
  });

  it("when it can't hold every character", async () => {
    const latin = await emptyDatabase("ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0");
    const refused = migrate({ connection: latin.connection, migrationsDir });
    await expect(refused).rejects.toThrow("The database's encoding is LATIN1; Ownlist needs UTF8");
    await latin.drop();
  });

  it("when user, password or name are wrong, without showing the password", async () => {
    const wrong = (part: pg.ClientConfig) =>
      migrate({ connection: { ...database.connection, ...part }, migrationsDir });
    await expect(wrong({ user: "nobody-here" })).rejects.toThrow(/^The database refused the login/);
    await expect(wrong({ database: "nowhere" })).rejects.toThrow(
      /^Database "nowhere" does not exist: create it/,
    );
  });
});

async function askAdmin<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client(database.admin);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("what happened before changes were numbered", () => {
  const [a, b] = ["00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"];
  const task = (user: string, n: number, updated: string) =>
    `('${user}', '${user.slice(0, -1)}${n}', 't', 't', 't', now(), '${updated}')`;

  it("gets numbers, each user's own from 1 up, in the order of the changes, and the next follow on", async () => {
    const source = join(repository, "prisma/migrations");
    cpSync(join(source, firstMigration), join(migrationsDir, firstMigration), { recursive: true });
    expect(await run()).toEqual([firstMigration]);
    await ask(`INSERT INTO users (id, email, email_key, hashed_password, created_at)
        VALUES ('${a}', 'a', 'a', 'x', now()), ('${b}', 'b', 'b', 'x', now());
      INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at) VALUES
        ${task(a, 1, "2026-03-03")}, ${task(a, 2, "2026-01-01")}, ${task(b, 3, "2026-02-02")}, ${task(a, 4, "2026-01-01")};
      INSERT INTO sessions (user_id, id, created_at, expires_at) VALUES
        ('${a}', '${a}', '2026-01-02', now()), ('${a}', '${b}', '2026-01-01', now())`);
    cpSync(source, migrationsDir, { recursive: true });
    expect(await run()).not.toContain(firstMigration);

    const numbers = `SELECT right(id::text, 1) AS id, seq::int FROM tasks
      UNION ALL SELECT 'session ' || right(id::text, 1), seq::int FROM sessions
      UNION ALL SELECT 'user ' || right(id::text, 1), seq::int FROM users ORDER BY 1`;
    const entries = (await askAdmin(numbers)).map(({ id, seq }) => [id, seq]);
    expect(Object.fromEntries(entries)).toEqual({
      ...{ 2: 1, 4: 2, 1: 3, "session b": 4, "session a": 5, "user a": 5 },
      ...{ 3: 1, "user b": 1 },
    });
    const [next] = await askAdmin(
      `UPDATE tasks SET title = 'new' WHERE right(id::text, 1) = '2' RETURNING seq::int`,
    );
    expect(next).toEqual({ seq: 6 });
  });
});

describe("the migrations of this repository", () => {
  beforeEach(async () => {
    migrationsDir = mkdtempSync(join(tmpdir(), "ownlist-migrations-"));
    cpSync(join(repository, "prisma/migrations"), migrationsDir, { recursive: true });
    expect(await run()).toContain(firstMigration);
    const user = "'00000000-0000-7000-8000-000000000001', 'a@b.org', 'a@b.org', 'x', now()";
    await ask(
      `INSERT INTO users (id, email, email_key, hashed_password, created_at) VALUES (${user})`,
      database.admin,
    );
  });

  async function insertTask(columns: Record<string, string>): Promise<unknown> {
    const all = {
      user_id: "'00000000-0000-7000-8000-000000000001'",
      id: "gen_random_uuid()",
      title: "'Tea'",
      title_key: "'tea'",
      title_search: "'tea'",
      created_at: "now()",
      updated_at: "now()",
      ...columns,
    };
    return ask(`INSERT INTO tasks (${Object.keys(all)}) VALUES (${Object.values(all)})`, database.admin);
  }

  it.each<[string, Record<string, string>]>([
    ["tasks_title_length", { title: "''" }],
    ["tasks_title_length", { title: "repeat('x', 2001)" }],
    ["tasks_description_length", { description: "repeat('😀', 20001)" }],
    ["tasks_priority_range", { priority: "5" }],
    ["tasks_priority_range", { priority: "-1" }],
    ["tasks_version_positive", { version: "0" }],
    ["tasks_zone_needs_due", { due_time_zone: "'Europe/Vienna'" }],
    ["tasks_whole_day_at_midnight", { due_local: "'2026-11-21 09:30'" }],
  ])("hold %s against %j, whatever the code does", async (constraint, columns) => {
    await expect(insertTask(columns)).rejects.toThrow(`violates check constraint "${constraint}"`);
  });

  it("take what is at the limits, in characters of four bytes", async () => {
    await insertTask({ title: "repeat('😀', 500)", description: "repeat('😀', 20000)", priority: "4" });
    await insertTask({ due_local: "'2026-11-21 00:00'" });
    await insertTask({ due_local: "'2026-11-21 09:30'", due_time_zone: "'Europe/Vienna'" });
  });

  it("sort keys by their bytes, whatever the database's locale", async () => {
    const rows = await ask(
      `SELECT attrelid::regclass::text || '.' || attname AS key, collname FROM pg_attribute JOIN pg_collation c ON c.oid = attcollation
       WHERE attrelid IN ('users'::regclass, 'tasks'::regclass) AND attname ~ '_key$' ORDER BY 1`,
    );
    expect(rows).toEqual([
      { key: "tasks.title_key", collname: "C" },
      { key: "users.email_key", collname: "C" },
    ]);
  });
});
