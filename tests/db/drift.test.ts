import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, inject, it } from "vitest";
import { diffMigrations } from "../../src/db/migrations/diff-migrations.ts";

const repository = resolve(import.meta.dirname, "../..");
const migrationsDir = join(repository, "prisma/migrations");
const schemaPath = join(repository, "prisma/schema.prisma");

it("prisma/migrations lead to what prisma/schema.prisma says", async () => {
  expect(await diffMigrations({ connection: inject("postgres"), migrationsDir, schemaPath })).toBeNull();
});

it("a change of the schema alone is noticed, and comes out as SQL", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ownlist-schema-"));
  const changed = join(folder, "schema.prisma");
  writeFileSync(
    changed,
    readFileSync(schemaPath, "utf8").replace("model Session {", "model Session {\n  note String?"),
  );
  const sql = await diffMigrations({ connection: inject("postgres"), migrationsDir, schemaPath: changed });
  expect(sql).toContain('ALTER TABLE "sessions" ADD COLUMN     "note" TEXT');
  rmSync(folder, { recursive: true });
});
