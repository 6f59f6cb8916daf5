import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, inject, it } from "vitest";
import { startEmbedded } from "../../src/db/embedded/embedded.ts";
import { migrate } from "../../src/db/migrations/migrate.ts";

const migrationsDir = new URL("../../prisma/migrations", import.meta.url).pathname;

/** The run's PostgreSQL, which has the roles already, of the template's owner. */
const shared: pg.ClientConfig = inject("postgres");

const newName = () => `owner_${randomBytes(6).toString("hex")}`;

async function ask(sql: string, connection: pg.ClientConfig): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("the roles that keep users apart", () => {
  const names = "ownlist_app, ownlist_login, ownlist_housekeeping, ownlist_limits, ownlist_admin";

  /** A database of a role that has been granted nothing. */
  async function unaided(owner: string, admin: pg.ClientConfig, rights: string): Promise<pg.ClientConfig> {
    await ask(`CREATE ROLE ${owner} LOGIN PASSWORD '${owner}' ${rights}`, admin);
    await ask(`CREATE DATABASE ${owner} OWNER ${owner}`, admin);
    return { ...admin, user: owner, password: owner, database: owner };
  }

  async function drop(owner: string, admin: pg.ClientConfig): Promise<void> {
    await ask(`DROP DATABASE ${owner} WITH (FORCE)`, admin);
    await ask(`DROP ROLE ${owner}`, admin);
  }

  /** What an administrator is told to run. */
  async function adviceOf(connection: pg.ClientConfig): Promise<string[]> {
    const refusal: Error = await migrate({ connection, migrationsDir }).then(
      () => new Error("it was not refused"),
      (error) => error,
    );
    expect(refusal.message).toMatch(
      /^The database could not be migrated: the role \w+ can't make or use the roles/,
    );
    const [, advice = ""] =
      /As an administrator run: (.*) \(leave out what there is already\)\.$/.exec(refusal.message) ?? [];
    return advice.split("; ");
  }

  /** Does as told: makes what is not there already. */
  async function follow(advice: string[], admin: pg.ClientConfig): Promise<void> {
    for (const statement of advice) {
      await ask(statement, admin).catch((error: pg.DatabaseError) => {
        if (error.code !== "42710") throw error;
      });
    }
  }

  async function expectApart(connection: pg.ClientConfig): Promise<void> {
    await migrate({ connection, migrationsDir });
    for (const role of names.split(", "))
      expect(await ask(`SET ROLE ${role}; SELECT 1`, connection)).not.toBeNull();
    const [{ open } = { open: null }] = await ask(
      `SELECT count(*)::int AS open FROM pg_class WHERE relname IN ('users', 'sessions', 'tasks') AND relkind = 'r'
       AND NOT (relrowsecurity AND relforcerowsecurity)`,
      connection,
    );
    expect(open).toBe(0);
  }

  it("have to be granted to an owner who may not take them, in words that tell how", async () => {
    const owner = newName();
    const connection = await unaided(owner, shared, "NOCREATEROLE");
    const advice = await adviceOf(connection);
    expect(advice.at(-1)).toBe(`GRANT ${names} TO "${owner}"`);
    expect(await ask("SELECT FROM pg_class WHERE relname = 'users'", connection)).toEqual([]);
    await follow(advice.slice(-1), shared);
    await expectApart(connection);
    await drop(owner, shared);
  });

  it("are taken by an owner with CREATEROLE, but for those of another owner since PostgreSQL 16", async () => {
    const owner = newName();
    const connection = await unaided(owner, shared, "CREATEROLE");
    const [{ version } = { version: 0 }] = await ask(
      "SELECT current_setting('server_version_num')::int AS version",
      shared,
    );
    if (Number(version) >= 160_000) await follow((await adviceOf(connection)).slice(-1), shared);
    await expectApart(connection);
    await drop(owner, shared);
  });

  it("are made by an owner with CREATEROLE, and otherwise as the words tell, where there are none yet", async () => {
    for (const [owner, rights] of [
      ["maker", "CREATEROLE"],
      ["taker", "NOCREATEROLE"],
    ] as const) {
      const dataDir = mkdtempSync(join(tmpdir(), "ownlist-roles-"));
      const embedded = await startEmbedded({ dataDir, onProgress: () => {} });
      const admin = { ...embedded.connection, user: "postgres", database: "postgres" };
      const connection = await unaided(owner, admin, rights);
      if (owner === "taker") await follow(await adviceOf(connection), admin);
      await expectApart(connection);
      await embedded.stop();
      rmSync(dataDir, { recursive: true });
    }
  });
});
