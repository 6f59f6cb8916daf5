import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { migrate } from "../src/db/migrations/migrate.ts";
import type { Postgres } from "./postgres.ts";
import { seedOf, sizes } from "./seed.ts";

/** Owns the databases, as an operator would set it up for Ownlist. */
export const owner = "ownlist_bench_owner";
/** What the peers connect as: it may do what they need, and row-level security does not hold it back. */
export const peer = "ownlist_bench_peer";

/** What each server's own database is a copy of. */
export const template = "ownlist_bench";

/** @returns the name of a server's own database */
export const databaseOf = (server: string) => `${template}_${server}`;

const createRole = (name: string, attributes: string) =>
  `DO $$ BEGIN
     IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name}; END IF;
   END $$;
   ALTER ROLE ${name} LOGIN PASSWORD '${name}' ${attributes}`;

/** Where another database of Ownlist's has made them, the roles that keep users apart are somebody else's to give. */
const grantRoles = `
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT rolname FROM pg_roles WHERE rolname LIKE 'ownlist\\_%' AND NOT rolcanlogin LOOP
      EXECUTE format('GRANT %I TO ${owner}, ${peer}', name);
    END LOOP;
  END $$`;

/**
 * Makes the database that all copies are made of: migrated as Ownlist does it, seeded, its statistics gathered.
 * @param checkout of Ownlist, whose migrations it gets
 */
export async function createTemplate(postgres: Postgres, checkout: string): Promise<void> {
  const migrationsDir = join(checkout, "prisma/migrations");
  await postgres.query(
    "postgres",
    createRole(owner, "CREATEROLE"),
    createRole(peer, "BYPASSRLS"),
    grantRoles,
    `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`,
    `CREATE DATABASE ${template} OWNER ${owner}`,
  );
  await migrate({ connection: { connectionString: postgres.url(template, owner) }, migrationsDir });
  await postgres.query(
    template,
    grantRoles,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${peer}`,
    await readFile(resolve(import.meta.dirname, "servers/postgraphile.sql"), "utf8"),
    ...seedOf(sizes),
    "VACUUM (ANALYZE, FREEZE)",
  );
}

/** Makes a server's own database. */
export async function copyTemplate(postgres: Postgres, server: string): Promise<void> {
  const [setting] = await postgres.query<{ version: number }>(
    "postgres",
    "SELECT current_setting('server_version_num')::int AS version",
  );
  // Without it, PostgreSQL 15 and later write all of the copy to their log as well.
  const strategy = (setting?.version ?? 0) >= 150_000 ? "STRATEGY file_copy" : "";
  const name = databaseOf(server);
  await postgres.query(
    "postgres",
    `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`,
    `CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${owner} ${strategy}`,
  );
}

/** Leaves nothing behind but two roles that nobody can log in as. */
export async function dropDatabases(postgres: Postgres, servers: string[]): Promise<void> {
  const names = [template, ...servers.map(databaseOf)];
  await postgres.query(
    "postgres",
    ...names.map((name) => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
    `ALTER ROLE ${owner} NOLOGIN`,
    `ALTER ROLE ${peer} NOLOGIN`,
  );
}
