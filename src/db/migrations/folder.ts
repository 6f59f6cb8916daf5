import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { MigrationList } from "@prisma/schema-engine-wasm";

export const migrationsDir: string = resolve(import.meta.dirname, "../../../prisma/migrations");

/** A migration as it lies in prisma/migrations, in Prisma's own format. */
export type Migration = { name: string; sql: string };

/** Reads the folder, oldest first. */
export async function readMigrations(dir: string): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names
      .sort()
      .map(async (name) => ({ name, sql: await readFile(join(dir, name, "migration.sql"), "utf8") })),
  );
}

/** What Prisma keeps of a migration that was applied (SHA-256, hexadecimal). */
export function checksumOf({ sql }: Migration): string {
  return createHash("sha256").update(sql).digest("hex");
}

/** The folder as the schema engine takes it. */
export async function asList(dir: string, migrations: Migration[]): Promise<MigrationList> {
  const lockfile = "migration_lock.toml";
  return {
    baseDir: dir,
    lockfile: { path: lockfile, content: await readFile(join(dir, lockfile), "utf8") },
    shadowDbInitScript: "",
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
    })),
  };
}
