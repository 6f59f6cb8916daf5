import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { startEmbedded } from "../../src/db/embedded/embedded.ts";
import { migrate } from "../../src/db/migrations/migrate.ts";
import { ask } from "./embedded-use.ts";
import { temporaryFolder } from "./ownlist-process.ts";

let original: Promise<string> | undefined;

/**
 * A data folder whose database was migrated, used and stopped in order: making one takes longer than most of what is
 * tested. There is a table `kept` in it with the number 1.
 */
export async function usedFolder(folder = temporaryFolder()): Promise<string> {
  original ??= make();
  execFileSync("cp", ["-a", `${await original}/.`, folder]);
  return folder;
}

async function make(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), "ownlist-used-"));
  const embedded = await startEmbedded({ dataDir, onProgress: () => {} });
  const migrationsDir = join(import.meta.dirname, "../../prisma/migrations");
  await migrate({ connection: embedded.connection, migrationsDir });
  await ask(embedded, "CREATE TABLE kept AS SELECT 1 AS number");
  await embedded.stop();
  return dataDir;
}

afterAll(async () => {
  if (original !== undefined) rmSync(await original, { recursive: true });
});
