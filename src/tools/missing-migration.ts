import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startEmbedded } from "../db/embedded/embedded.ts";
import { diffMigrations } from "../db/migrations/diff-migrations.ts";
import { migrationsDir } from "../db/migrations/folder.ts";

const schemaPath = resolve(import.meta.dirname, "../../prisma/schema.prisma");

/**
 * What prisma/schema.prisma says beyond prisma/migrations, tried on a PostgreSQL of its own in a temporary folder.
 * @returns the SQL of the next migration; null where they say the same
 */
export async function missingMigration(): Promise<string | null> {
  const dataDir = await mkdtemp(join(tmpdir(), "ownlist-migration-"));
  try {
    const embedded = await startEmbedded({ dataDir, onProgress: () => {} });
    try {
      const connection = { ...embedded.connection, user: "postgres", database: "postgres" };
      return await diffMigrations({ connection, migrationsDir, schemaPath });
    } finally {
      await embedded.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
