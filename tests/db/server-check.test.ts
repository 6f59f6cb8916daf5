import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { checkIsolation } from "../../src/db/isolation-check.ts";
import { migrate } from "../../src/db/migrations/migrate.ts";
import { startPooler } from "../setup/pooler.ts";
import { roleName } from "../setup/template-database.ts";
import { type EmptyDatabase, emptyDatabase } from "./empty-database.ts";

const migrationsDir = join(resolve(import.meta.dirname, "../.."), "prisma/migrations");
let database: EmptyDatabase;
let role: string;

beforeEach(async () => {
  database = await emptyDatabase();
  role = String(database.connection.user);
});
afterEach(() => database.drop());

const start = (connection = database.connection) => migrate({ connection, migrationsDir });

async function asAdmin(...statements: string[]): Promise<void> {
  const admin = new pg.Client(database.admin);
  await admin.connect();
  for (const statement of statements) await admin.query(statement);
  await admin.end();
}

it("a role that does not own the database is told what to grant, and needs nothing else", async () => {
  await asAdmin(`ALTER DATABASE ${role} OWNER TO postgres`, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  const grant = `GRANT CREATE, USAGE ON SCHEMA public TO ${role}`;
  await expect(start()).rejects.toThrow(
    `The role ${role} may not make tables in the schema "public": as the database's owner run ${grant}.`,
  );
  await asAdmin(grant);
  expect((await start()).length).toBeGreaterThan(0);
  await checkIsolation(database.connection);
});

it("a schema that the role may not even look into, or that is not there, is told", async () => {
  await asAdmin(`ALTER DATABASE ${role} OWNER TO postgres`, "REVOKE ALL ON SCHEMA public FROM PUBLIC");
  await expect(start()).rejects.toThrow(`run GRANT CREATE, USAGE ON SCHEMA public TO ${role}.`);
  await asAdmin("DROP SCHEMA public");
  await expect(start()).rejects.toThrow("run CREATE SCHEMA public.");
});

it("tables that belong to somebody else are told as that", async () => {
  await start();
  await asAdmin("ALTER TABLE _prisma_migrations OWNER TO postgres");
  await expect(start()).rejects.toThrow(
    "DATABASE_URL's role does not own the tables (permission denied for table _prisma_migrations): make it their owner, as an administrator.",
  );
});

it("a database that takes no changes is told before anybody is served", async () => {
  await start();
  await asAdmin(`ALTER DATABASE ${role} SET default_transaction_read_only = on`);
  await expect(start()).rejects.toThrow(
    "The database takes no changes: look at default_transaction_read_only",
  );
});

it.skipIf(!existsSync("/usr/sbin/pgbouncer"))(
  "a pooler without transactions is told as what it is",
  async () => {
    const pooler = await startPooler(inject("postgres"), roleName, "statement");
    const { host, port } = pooler;
    const pooled = { host, port, user: roleName, database: role };
    await expect(start(pooled)).rejects.toThrow("set PgBouncer's pool_mode to transaction or session");
    await pooler.stop();
  },
);
