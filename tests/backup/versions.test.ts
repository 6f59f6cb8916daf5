import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { expect, it } from "vitest";
import { restoreBackup } from "../../src/admin/backup/service.ts";
import { migrate } from "../../src/db/migrations/migrate.ts";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";
import { done, folder, run, takeBackup } from "./backups.ts";
import { catalogueOf, contentsOf } from "./contents.ts";

const migrations = join(import.meta.dirname, "../../prisma/migrations");
const accounts = "20261121180933_accounts";
const [a, b] = ["00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"];

/** The folder of migrations as it was when the last was this one. */
function migrationsUpTo(last: string): string {
  const dir = folder();
  for (const name of readdirSync(migrations))
    if (name <= last || name.endsWith(".toml"))
      cpSync(join(migrations, name), join(dir, name), { recursive: true });
  return dir;
}

async function ask(database: TestDatabase, sql: string) {
  const admin = new pg.Client(database.admin);
  await admin.connect();
  try {
    return (await admin.query(sql)).rows;
  } finally {
    await admin.end();
  }
}

/** A database that an earlier Ownlist left, with rows whose numbers no trigger would give. */
async function databaseOf(last: string): Promise<TestDatabase> {
  const database = await createDatabase("template0");
  await migrate({ connection: database.connection, migrationsDir: migrationsUpTo(last) });
  if (last < accounts) return database;
  await ask(
    database,
    `SET LOCAL session_replication_role = replica;
     INSERT INTO users (id, email, email_key, hashed_password, created_at, seq) VALUES
       ('${a}', 'a@x.org', 'a@x.org', 'x', now(), 70), ('${b}', 'b@x.org', 'b@x.org', 'y', now(), 7);
     INSERT INTO tasks (user_id, id, title, title_key, title_search, version, created_at, updated_at, seq)
       SELECT '${a}', gen_random_uuid(), n, n, n, n, now() - n * interval '1 day', now() - n * interval '1 hour', n
       FROM generate_series(1, 60) AS n`,
  );
  return database;
}

it("a backup of an earlier Ownlist's database leaves that as it is, and is restored into today's", async () => {
  const old = await databaseOf(accounts);
  const before = await catalogueOf(old.admin);
  const file = await takeBackup(old);
  expect(await catalogueOf(old.admin)).toBe(before);

  const fresh = await createDatabase();
  const wanted = await catalogueOf(fresh.admin);
  await done(fresh, "restore", file);
  const { installation, ...rest } = await contentsOf(fresh.admin);
  // What an update makes of the old one, columns and tables of later migrations included.
  await migrate({ connection: old.connection, migrationsDir: migrations });
  const { installation: _, ...expected } = await contentsOf(old.admin);
  expect(rest).toEqual(expected);
  expect(installation).toHaveLength(1);
  expect(await catalogueOf(fresh.admin)).toBe(wanted);
  await fresh.drop();
  await old.drop();
});

it("what later migrations do to rows is done to those that come back", async () => {
  const source = await createDatabase();
  await ask(
    source,
    `INSERT INTO users (id, email, email_key, hashed_password, created_at) VALUES ('${a}', 'a', 'a', 'x', now())`,
  );
  const file = await takeBackup(source);
  const migrationsDir = folder();
  cpSync(migrations, migrationsDir, { recursive: true });
  mkdirSync(join(migrationsDir, "29990101000000_greeting"));
  writeFileSync(
    join(migrationsDir, "29990101000000_greeting/migration.sql"),
    `ALTER TABLE users ADD COLUMN greeting text;
     ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
     UPDATE users SET greeting = 'Hello ' || email;
     ALTER TABLE users FORCE ROW LEVEL SECURITY;`,
  );
  const target = await createDatabase("template0");
  const { connection } = target;
  await restoreBackup(
    file,
    async () => ({ connection, migrationsDir, seesServers: false }),
    () => {},
  );
  expect(await ask(target, "SELECT greeting FROM users")).toEqual([{ greeting: "Hello a" }]);

  // And back into the Ownlist of today, which knows nothing of it.
  const refused = await run(target, "backup", `${file}.2`);
  expect(refused).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "The database is newer than this Ownlist (it has the migration 29990101000000_greeting): update Ownlist.\n",
  });
  await target.drop();
  await source.drop();
});

it.each([
  ["older than accounts", "20261121150854_isolation"],
  ["empty", ""],
])("a database that is %s is not backed up, and a line says what to do", async (_, last) => {
  const database = last === "" ? await createDatabase("template0") : await databaseOf(last);
  expect(await run(database, "backup", join(folder(), "file"))).toEqual({
    status: 1,
    stdout: "",
    stderr: "The database has no tables of Ownlist's, or old ones: start Ownlist on it first.\n",
  });
  await database.drop();
});
