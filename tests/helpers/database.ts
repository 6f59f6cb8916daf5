import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { roleName } from "../setup/template-database.ts";

export type TestDatabase = {
  /** How the server gets to it. */
  connection: pg.ClientConfig;
  /** How a superuser does, whom no policy binds. */
  admin: pg.ClientConfig;
  /** Whether statements are prepared; when left out, wherever that is possible. */
  isPrepared?: boolean;
  drop(): Promise<void>;
};

async function asAdmin(run: (admin: pg.Client) => Promise<unknown>) {
  const admin = new pg.Client(inject("postgres"));
  await admin.connect();
  try {
    await run(admin);
  } finally {
    await admin.end();
  }
}

/** Connections that were let go of end a moment later; ended by force, they would complain where nobody listens. */
const untilLeft = (name: string) => `DO $$ BEGIN
  FOR n IN 1..100 LOOP
    EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '${name}');
    PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
  END LOOP;
END $$`;

async function drop(admin: pg.Client, name: string): Promise<void> {
  // A pooler keeps its connections for whoever comes next.
  if (inject("pooler") === null) await admin.query(untilLeft(name));
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
}

/** A pool of a test's own, whose connections may be ended by force a moment after it has: with their database. */
export function openPool(connection: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(connection);
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/** A database of the caller's own on the run's PostgreSQL: a copy of the migrated one, or of another. */
export async function createDatabase(template = inject("template")): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name} OWNER ${roleName} TEMPLATE ${template}`));
  return {
    connection: { ...(inject("pooler") ?? inject("postgres")), user: roleName, database: name },
    admin: { ...inject("postgres"), database: name },
    drop: () => asAdmin((admin) => drop(admin, name)),
  };
}
