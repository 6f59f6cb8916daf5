import { statSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { logIn, refresh } from "../auth/tokens-api.ts";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { signUpVictim, uuidOf, type Victim } from "../isolation/pair.ts";
import { naughtyStrings } from "../tasks/naughty-strings.ts";
import { done, run, takeBackup } from "./backups.ts";
import { catalogueOf, contentsOf } from "./contents.ts";

let server: TestServer;
let ann: Victim;
let database: TestDatabase;
let file: string;

/** Values that the API never makes and the tables take. */
const odd = `SET LOCAL session_replication_role = replica;
  UPDATE users SET seq = 9007199254740993, invite_id = gen_random_uuid() WHERE id = $1;
  UPDATE users SET name = 'šárka 猫 ' || chr(8238) WHERE email LIKE 'sarka%';
  UPDATE personal_tokens SET scopes = ARRAY['a,b', 'c"d', '{e}', '', 'NULL', E'f\\\\g\\n\\t'] WHERE user_id = $1;
  UPDATE codes SET code_hash = '\\x000102ff5c0a0d'::bytea WHERE user_id = $1;
  UPDATE tasks SET updated_at = '0099-02-28 23:59:59.999 BC', due_local = '9999-12-31', due_time_zone = '' WHERE title = 'canary-bob 1';
  UPDATE tasks SET created_at = 'infinity', description = '' WHERE title = 'canary-bob 2'`;

beforeAll(async () => {
  database = await createDatabase();
  server = await startServer({}, { ...database, drop: async () => {} });
  ann = await signUpVictim(server, "canary-ann");
  await signUpVictim(server, "canary-bob");
  // Without tasks.
  await signUp(server, "sarka");
  for (const title of [...naughtyStrings, "a\u2028b\u2029c\u0085d\ufeff", "\\N", "\\.", "a\\.b", "end\\"])
    await ann.person.send(
      "mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename } }",
      { input: { title, description: `${title}\r\n\t\\.\n\\N\u0001\v\f\b` } },
    );
  await server.admin.query(odd.replaceAll("$1", `'${uuidOf(ann.person.id)}'`));
  file = await takeBackup(database);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

async function restored(target: TestDatabase): Promise<void> {
  expect(await done(target, "restore", file)).toMatch(
    /^Restored \/.*ownlist.backup, taken on 20.*Z: 3 accounts, \d+ tasks, 3 sessions, 2 personal tokens; \d+ rows in all.\n$/,
  );
}

describe("what is restored", () => {
  it("is every row of every table, to the last digit, in a schema as the migrations make it", async () => {
    const target = await createDatabase("template0");
    await restored(target);
    const contents = await contentsOf(target.admin);
    expect(contents).toEqual(await contentsOf(database.admin));
    for (const [table, rows] of Object.entries(contents))
      expect([table, rows.length]).not.toEqual([table, 0]);
    expect(contents.tasks?.length).toBeGreaterThan(naughtyStrings.length);
    expect(await catalogueOf(target.admin)).toBe(await catalogueOf(database.admin));
    await target.drop();
  });

  it("is the same in a database that a server has made its tables in, and nobody used", async () => {
    const target = await createDatabase();
    await restored(target);
    expect(await contentsOf(target.admin)).toEqual(await contentsOf(database.admin));
    expect(await catalogueOf(target.admin)).toBe(await catalogueOf(database.admin));
    await target.drop();
  });

  it("can be backed up again, row for row the same", async () => {
    const target = await createDatabase("template0");
    await restored(target);
    const again = await takeBackup(target);
    const [first, second] = [
      await done(target, "check-backup", file, "--json"),
      await done(target, "check-backup", again, "--json"),
    ];
    expect(JSON.parse(second).rows).toEqual(JSON.parse(first).rows);
    await target.drop();
  });

  it("serves its people: they log in, go on with their sessions and personal tokens, and changes are numbered on", async () => {
    const live = await logIn(server, ann.person);
    const target = await createDatabase("template0");
    await done(target, "restore", await takeBackup(database));
    const other = await startServer({}, target);
    const { accessToken } = await logIn(other, ann.person);
    const gone = await refresh(other, live.refreshToken);
    const query = "{ tasks(first: 100) { edges { node { id title description } } } }";
    const tasks = await server.graphql.data(query, {}, ann.person.token);
    for (const token of [accessToken, gone.accessToken, ann.person.token])
      expect(await other.graphql.data(query, {}, token)).toEqual(tasks);
    await other.graphql.data(
      'mutation { createTask(input: { title: "after" }) { __typename } }',
      {},
      accessToken,
    );
    const { rows } = await other.admin.query(
      "SELECT tasks.seq FROM tasks JOIN users ON users.id = user_id AND users.seq = tasks.seq WHERE title = 'after'",
    );
    expect(BigInt(rows[0].seq)).toBeGreaterThan(9007199254740993n);
    await other.close();
  });
});

describe("the file", () => {
  it("is for its owner alone, and its check needs no database", async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const nowhere = { connection: { user: "nobody", host: "/nowhere", port: 1, database: "none" } };
    expect(await done(nowhere, "check-backup", file)).toMatch(/^Read all of .*: 3 accounts, /);
  });

  it("holds no count of attempts, and tells which tables are not Ownlist's", async () => {
    const { stderr, stdout, status } = await withTable("CREATE TABLE theirs (id int)", () =>
      run(database, "backup", `${file}.2`, "--json"),
    );
    expect([status, stderr]).toEqual([0, "The table theirs is not Ownlist's and is not in the backup.\n"]);
    expect(Object.keys(JSON.parse(stdout).rows)).not.toContain("rate_limits");
  });
});

async function withTable<T>(create: string, work: () => Promise<T>): Promise<T> {
  await server.admin.query(create);
  try {
    return await work();
  } finally {
    await server.admin.query("DROP TABLE theirs");
  }
}

describe("a restore is refused in a line, and nothing is changed,", () => {
  const refusal = async (target: TestDatabase) => {
    const { status, stdout, stderr } = await run(target, "restore", file);
    expect([status, stdout]).toEqual([1, ""]);
    return stderr;
  };

  it("where there are accounts", async () => {
    const target = await createDatabase();
    await done(target, "restore", file);
    const before = [await contentsOf(target.admin), await catalogueOf(target.admin)];
    expect(await refusal(target)).toMatch(/^There are accounts in this database: .*\n$/);
    expect([await contentsOf(target.admin), await catalogueOf(target.admin)]).toEqual(before);
    await target.drop();
  });

  it("where there are somebody else's tables", async () => {
    const target = await createDatabase("template0");
    const admin = new pg.Client(target.admin);
    await admin.connect();
    await admin.query("CREATE TABLE theirs AS SELECT 1 AS id");
    expect(await refusal(target)).toMatch(/^The database has tables that are not Ownlist's: .*\n$/);
    expect((await admin.query("SELECT id FROM theirs")).rows).toEqual([{ id: 1 }]);
    await admin.end();
    await target.drop();
  });

  it.skipIf(inject("pooler") !== null)("while a server works on the database", async () => {
    const target = await createDatabase();
    const other = await startServer({}, target);
    await other.pool.query("SELECT 1");
    expect(await refusal(target)).toBe("An Ownlist is working on this database: stop it first.\n");
    await other.close();
  });
});
