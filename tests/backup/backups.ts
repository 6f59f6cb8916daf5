import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { environmentOf, runAdmin, type Said } from "../admin/admin-command.ts";
import type { TestDatabase } from "../helpers/database.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder that goes when the file's tests are through. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "ownlist-backup-"));
  folders.push(path);
  return path;
}

/** Runs the command on a database. */
export function run(database: Pick<TestDatabase, "connection">, ...args: string[]): Promise<Said> {
  return runAdmin(args, environmentOf(database as Parameters<typeof environmentOf>[0]));
}

/**
 * The same, where it has to work.
 * @returns what it printed
 */
export async function done(database: Pick<TestDatabase, "connection">, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await run(database, ...args);
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

/** @returns the file, with all of a database in it */
export async function takeBackup(database: Pick<TestDatabase, "connection">): Promise<string> {
  const file = join(folder(), "ownlist.backup");
  await done(database, "backup", file);
  return file;
}
