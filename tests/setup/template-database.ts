import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../../src/db/embedded.ts";
import { migrate } from "../../src/db/migrate.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The tests' PostgreSQL, as somebody who may do everything there. */
    postgres: { host: string; port: number; user: string; database: string };
  }
}

/** The migrated, empty database that each test file's own is a copy of. */
export const templateName = "ownlist_template";

/** The role that the server under test connects as: the owner of its database, and nothing more. */
export const roleName = "ownlist";

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
  return { connection: { ...embedded.connection, user: "postgres", database: "postgres" }, stop };
}

export default async function setup(project: TestProject) {
  const { connection, stop } = await startPostgres();
  const admin = new pg.Client(connection);
  await admin.connect();
  const { rowCount } = await admin.query("SELECT FROM pg_roles WHERE rolname = $1", [roleName]);
  if (rowCount === 0) await admin.query(`CREATE ROLE ${roleName} LOGIN CREATEROLE`);
  await admin.query(`DROP DATABASE IF EXISTS ${templateName}`);
  await admin.query(`CREATE DATABASE ${templateName} OWNER ${roleName}`);
  await admin.end();
  const migrationsDir = new URL("../../prisma/migrations", import.meta.url).pathname;
  await migrate({ connection: { ...connection, user: roleName, database: templateName }, migrationsDir });
  project.provide("postgres", connection);
  return stop;
}
