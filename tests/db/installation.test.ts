import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readInstallation } from "../../src/db/installation.ts";
import { checkIsolation } from "../../src/db/isolation-check.ts";
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

it("has one id, the same at every start and for all processes", async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => readInstallation(database.connection)));
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  expect(new Set(ids).size).toBe(1);
});

it("keeps to one row", async () => {
  const another = (values: string) => admin.query(`INSERT INTO installation ${values}`);
  await expect(another("DEFAULT VALUES")).rejects.toMatchObject({ code: "23505" });
  await expect(another("(single) VALUES (false)")).rejects.toMatchObject({ code: "23514" });
});

it("makes one where the row went missing, by one of several starts at once", async () => {
  await admin.query("DELETE FROM installation");
  const ids = await Promise.all(Array.from({ length: 5 }, () => readInstallation(database.connection)));
  expect(new Set(ids).size).toBe(1);
});

it("is for the owner alone: who grants it to a role that serves people is told at the start", async () => {
  await checkIsolation(database.connection);
  await admin.query("GRANT SELECT ON installation TO ownlist_app");
  await expect(checkIsolation(database.connection)).rejects.toThrow(
    /^Row-level security is off for "installation"/,
  );
  await admin.query("REVOKE SELECT ON installation FROM ownlist_app");
});

it("says so where it can't be read", async () => {
  await expect(readInstallation({ ...database.connection, database: "nowhere" })).rejects.toThrow(
    /^The installation's id could not be read: /,
  );
});
