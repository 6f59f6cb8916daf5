import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type pg from "pg";
import { type OneConnection, oneConnection } from "../one-connection.ts";
import { asList, readMigrations } from "./folder.ts";
import { openEngine } from "./schema-engine.ts";

/**
 * What is missing between the migrations and the schema.
 * @param options.connection to a PostgreSQL with a role that may create databases: one is made for this, and removed
 * @param options.migrationsDir prisma/migrations
 * @param options.schemaPath prisma/schema.prisma
 * @returns the SQL of the next migration; null when there is no difference
 */
export async function diffMigrations(options: {
  connection: pg.PoolConfig;
  migrationsDir: string;
  schemaPath: string;
}): Promise<string | null> {
  const { connection, migrationsDir, schemaPath } = options;
  const main = oneConnection(connection);
  const database = `ownlist_shadow_${randomUUID()}`;
  const opened: OneConnection[] = [];
  await main.query(`CREATE DATABASE "${database}" TEMPLATE template0`);
  try {
    const engine = await openEngine(main, async () => {
      const shadow = oneConnection({ ...connection, database });
      opened.push(shadow);
      return shadow;
    });
    const { exitCode, stdout } = await engine.diff({
      from: { tag: "migrations", ...(await asList(migrationsDir, await readMigrations(migrationsDir))) },
      to: {
        tag: "schemaDatamodel",
        files: [{ path: schemaPath, content: await readFile(schemaPath, "utf8") }],
      },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    });
    return exitCode === 0 ? null : stdout;
  } catch (error) {
    throw opened.find(({ failure }) => failure !== undefined)?.failure ?? error;
  } finally {
    await Promise.all(opened.map((shadow) => shadow.end()));
    await main.pool.query(`DROP DATABASE "${database}"`);
    await main.end();
  }
}
