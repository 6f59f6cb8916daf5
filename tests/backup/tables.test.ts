import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { keptTables, leftTables } from "../../src/db/backup/kept-tables.ts";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";

let database: TestDatabase;
let admin: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.admin);
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const names = async (query: string) =>
  (await admin.query<{ name: string }>(query)).rows.map(({ name }) => name);

const inPublic = "relnamespace = 'public'::regnamespace";

it("a backup knows of every table whether it is kept; give a new one its place in src/db/own-tables.ts", async () => {
  const tables = await names(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND ${inPublic}`,
  );
  expect(tables.sort()).toEqual([...Object.keys(keptTables), ...leftTables].sort());
});

it("there is nothing but tables that has a state", async () => {
  expect(
    await names(`SELECT relname AS name FROM pg_class WHERE relkind NOT IN ('r', 'i') AND ${inPublic}`),
  ).toEqual([]);
  expect(await names("SELECT oid::text AS name FROM pg_largeobject_metadata")).toEqual([]);
});

it("each table comes after those that it refers to", async () => {
  const { rows } = await admin.query<{ source: string; target: string }>(
    `SELECT conrelid::regclass::text AS source, confrelid::regclass::text AS target
     FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
  );
  const order = Object.keys(keptTables);
  expect(rows.length).toBeGreaterThan(4);
  for (const { source, target } of rows)
    expect(order.indexOf(source), source).toBeGreaterThan(order.indexOf(target));
});

it("each is read by who sees all of its rows: users all of their own, the owner what is not bound", async () => {
  const forUsers = await names(
    `SELECT polrelid::regclass::text AS name FROM pg_policy WHERE polroles = ARRAY['ownlist_app'::regrole::oid]
       AND polcmd = '*' AND has_table_privilege('ownlist_app', polrelid, 'SELECT') ORDER BY 1`,
  );
  const forOwner = await names(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND NOT relforcerowsecurity AND ${inPublic} ORDER BY 1`,
  );
  const readBy = (reader: string) =>
    Object.entries(keptTables)
      .flatMap(([name, who]) => (who === reader ? [name] : []))
      .sort();
  expect(readBy("user")).toEqual(forUsers);
  expect(readBy("owner")).toEqual(forOwner.filter((name) => !leftTables.includes(name)));
});
