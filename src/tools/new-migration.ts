import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { migrationsDir } from "../db/migrations/folder.ts";
import { missingMigration } from "./missing-migration.ts";

/** `npm run migrate:new NAME`: writes the next migration. */
async function newMigration(name: string): Promise<string> {
  const sql = await missingMigration();
  if (sql === null) return "The migrations are what the schema says: there is nothing to write.";
  const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const dir = join(migrationsDir, `${time}_${name}`);
  await mkdir(dir);
  await writeFile(join(dir, "migration.sql"), sql);
  return `Wrote ${join(dir, "migration.sql")}. Read it, and add what the schema can't say.`;
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
