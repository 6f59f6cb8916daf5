import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startEmbedded } from "../db/embedded/embedded.ts";
import { diffMigrations } from "../db/migrations/diff-migrations.ts";

/**
 * `npm run migrate:new NAME`: writes the next migration from the difference between prisma/schema.prisma and
 * prisma/migrations, tried on a PostgreSQL of its own in a temporary folder.
 */
async function newMigration(name: string): Promise<string> {
  const migrationsDir = resolve(import.meta.dirname, "../../prisma/migrations");
  const schemaPath = resolve(import.meta.dirname, "../../prisma/schema.prisma");
  const dataDir = await mkdtemp(join(tmpdir(), "ownlist-migration-"));
  try {
    const embedded = await startEmbedded({ dataDir, onProgress: () => {} });
    try {
      const connection = { ...embedded.connection, user: "postgres", database: "postgres" };
      const sql = await diffMigrations({ connection, migrationsDir, schemaPath });
      if (sql === null) return "The migrations are what the schema says: there is nothing to write.";
      const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
      const dir = join(migrationsDir, `${time}_${name}`);
      await mkdir(dir);
      await writeFile(join(dir, "migration.sql"), sql);
      return `Wrote ${join(dir, "migration.sql")}. Read it, and add what the schema can't say.`;
    } finally {
      await embedded.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

const [name = ""] = process.argv.slice(2);
if (/^[a-z][a-z0-9_]*$/.test(name)) {
  process.stdout.write(`${await newMigration(name)}\n`);
} else {
  process.stderr.write(
    "Usage: npm run migrate:new NAME, where NAME is made of a-z, 0-9 and _, such as add_lists\n",
  );
  process.exitCode = 1;
}
