import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { ProvidedContext } from "vitest";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../../src/db/embedded/embedded.ts";
import { migrate } from "../../src/db/migrations/migrate.ts";
import { startPooler } from "./pooler.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The tests' PostgreSQL, as somebody who may do everything there. */
    postgres: { host: string; port: number; user: string; database: string };
    /** What stands in front of it for the servers under test, when TEST_POOLER says so. */
    pooler: { host: string; port: number } | null;
    /** The name of the migrated, empty database that each test file's own is a copy of. */
    template: string;
  }
}

/** The role that the server under test connects as: the owner of its database, and nothing more. */
export const roleName = "ownlist";

async function query(connection: pg.ClientConfig, statement: string): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** The PostgreSQL that TEST_DATABASE_URL names with a superuser, or an embedded one for the length of the run. */
async function startPostgres() {
  const url = process.env.TEST_DATABASE_URL;
  if (url) {
    const { hostname, port, username, pathname } = new URL(url);
    const connection = { host: hostname, port: Number(port), user: username, database: pathname.slice(1) };
    return { connection, stop: async () => {} };
  }
  const dataDir = await mkdtemp(join(tmpdir(), "ownlist-test-"));
  const embedded = await startEmbedded({ dataDir, onProgress: () => {} });
  const stop = async () => {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const connection = { ...embedded.connection, user: "postgres", database: "postgres" };
  // What a crash would take is thrown away after the run anyhow; tests of crashes start databases of their own.
  for (const setting of ["fsync", "full_page_writes", "synchronous_commit"]) {
    await query(connection, `ALTER SYSTEM SET ${setting} = off`);
  }
  await query(connection, "SELECT pg_reload_conf()");
  return { connection, stop };
}

/** Makes the role, unless it is there or somebody else is just making it. */
const createRole = `DO $$ BEGIN CREATE ROLE ${roleName} LOGIN CREATEROLE;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`;

type Run = {
  connection: ProvidedContext["postgres"];
  pooler: ProvidedContext["pooler"];
  template: string;
  stop(): Promise<void>;
};

async function startRun(): Promise<Run> {
  const { connection, stop } = await startPostgres();
  const template = `template_${randomBytes(6).toString("hex")}`;
  await query(connection, createRole);
  await query(connection, `CREATE DATABASE ${template} OWNER ${roleName}`);
  const migrationsDir = new URL("../../prisma/migrations", import.meta.url).pathname;
  await migrate({ connection: { ...connection, user: roleName, database: template }, migrationsDir });
  const pooler = process.env.TEST_POOLER === "pgbouncer" ? await startPooler(connection, roleName) : null;
  return {
    connection,
    pooler: pooler && { host: pooler.host, port: pooler.port },
    template,
    async stop() {
      await pooler?.stop();
      await query(connection, `DROP DATABASE ${template}`);
      await stop();
    },
  };
}

/** One for all projects, each of which loads this file anew in the same process. */
const shared = globalThis as { testRun?: Promise<Run>; testRunUsers?: number };

export default async function setup(project: TestProject) {
  shared.testRun ??= startRun();
  shared.testRunUsers = (shared.testRunUsers ?? 0) + 1;
  const { connection, pooler, template, stop } = await shared.testRun;
  project.provide("postgres", connection);
  project.provide("pooler", pooler);
  project.provide("template", template);
  return async () => {
    shared.testRunUsers = (shared.testRunUsers ?? 0) - 1;
    if (shared.testRunUsers === 0) await stop();
  };
}
