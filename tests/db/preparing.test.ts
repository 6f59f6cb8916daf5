import { existsSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { keepsPrepared } from "../../src/db/preparing.ts";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";
import { signUp } from "../helpers/people.ts";
import { startServer } from "../helpers/server.ts";
import { type Pooler, startPooler } from "../setup/pooler.ts";
import { roleName } from "../setup/template-database.ts";

let database: TestDatabase;
let direct: pg.ClientConfig;

beforeAll(async () => {
  database = await createDatabase();
  direct = { ...inject("postgres"), user: roleName, database: database.admin.database };
});
afterAll(() => database.drop());

it("a connection of one's own keeps what is prepared on it", async () => {
  expect(await keepsPrepared(direct)).toBe(true);
});

it("a database that can't be reached is no reason to go on without", async () => {
  const nowhere = { ...direct, host: "127.0.0.1", port: 1 };
  await expect(keepsPrepared(nowhere)).rejects.toThrow("The database can't be reached (ECONNREFUSED)");
});

describe.skipIf(!existsSync("/usr/sbin/pgbouncer"))("behind PgBouncer in transaction mode", () => {
  let pooler: Pooler;
  let pooled: pg.ClientConfig;

  beforeAll(async () => {
    pooler = await startPooler(inject("postgres"), roleName);
    pooled = { ...direct, host: pooler.host, port: pooler.port };
  });
  afterAll(() => pooler.stop());

  it("a connection does not keep it, which is found out before anybody is served", async () => {
    expect(await keepsPrepared(pooled)).toBe(false);
    // With several connections open behind it, and used.
    const clients = Array.from({ length: 4 }, () => new pg.Client(pooled));
    await Promise.all(clients.map((client) => client.connect()));
    await Promise.all(clients.map((client) => client.query("SELECT pg_sleep(0.1)")));
    for (let tries = 0; tries < 5; tries++) expect(await keepsPrepared(pooled)).toBe(false);
    await Promise.all(clients.map((client) => client.end()));
  });

  it("everything is answered all the same, and the operator is told once what to set", async () => {
    const own = await createDatabase();
    const connection = { ...pooled, database: own.admin.database ?? "" };
    const server = await startServer({}, { ...own, connection, isPrepared: true });
    const people = await Promise.all(Array.from({ length: 6 }, () => signUp(server)));
    for (let round = 1; round <= 5; round++) {
      await Promise.all(people.map((person) => person.addTask({ title: `Round ${round}` })));
      const lists = people.map((person) => person.data("{ tasks(first: 50) { totalCount } }"));
      for (const list of await Promise.all(lists)) expect(list).toEqual({ tasks: { totalCount: round } });
    }
    const warnings = server.logged().match(/DATABASE_PREPARE=off/g);
    expect(warnings).toHaveLength(1);
    expect(server.logged()).not.toContain("unexpected error");
    await server.close();
  });
});
