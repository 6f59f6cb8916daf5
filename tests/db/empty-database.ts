import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

/** A database of nobody yet, on the run's PostgreSQL, with the role that owns it and may just become the server's. */
export type EmptyDatabase = {
  url: string;
  connection: pg.ClientConfig;
  /** How a superuser gets to it. */
  admin: pg.ClientConfig;
  drop(): Promise<void>;
};

/** @param options what comes after the name in CREATE DATABASE */
export async function emptyDatabase(options = ""): Promise<EmptyDatabase> {
  const name = `empty_${randomBytes(6).toString("hex")}`;
  const { host, port } = inject("postgres");
  await asAdmin(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
  await asAdmin(
    `GRANT ownlist_app, ownlist_login, ownlist_housekeeping, ownlist_limits, ownlist_admin TO ${name}`,
  );
  await asAdmin(`CREATE DATABASE ${name} OWNER ${name} ${options}`);
  return {
    url: `postgresql://${name}:${name}@${encodeURIComponent(host)}:${port}/${name}`,
    connection: { host, port, user: name, password: name, database: name },
    admin: { ...inject("postgres"), database: name },
    async drop() {
      await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
      await asAdmin(`DROP ROLE ${name}`);
    },
  };
}

async function asAdmin(statement: string): Promise<void> {
  const admin = new pg.Client(inject("postgres"));
  await admin.connect();
  await admin.query(statement);
  await admin.end();
}
