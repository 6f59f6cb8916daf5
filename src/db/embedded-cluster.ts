import { once } from "node:events";
import { chownSync, closeSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { syncDir } from "../data-dir.ts";
import { errorLine, StartError } from "../start-error.ts";
import { lastReason, openLog } from "./embedded-log.ts";
import type { Owner } from "./embedded-owner.ts";
import { isAlive } from "./embedded-postmaster.ts";
import { spawnOn } from "./embedded-spawn.ts";

const draftPrefix = "postgres.new-";
// The built-in locale sorts and compares the same on every machine, whatever the system's C library thinks.
const initdbArgs = [
  "--username=postgres",
  "--auth-local=trust",
  "--auth-host=reject",
  "--encoding=UTF8",
  "--locale=C",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
  "--no-instructions",
  // All files in one call, where there is one.
  `--sync-method=${process.platform === "linux" ? "syncfs" : "fsync"}`,
];

/**
 * Makes PostgreSQL's folder on the first start. It is made aside and gets its name when it is whole: a start that is
 * killed leaves no half of one, and of two starts at once the first one's stays.
 * @throws StartError when initdb fails
 */
export async function createCluster(
  clusterDir: string,
  options: { dataDir: string; initdb: string; owner: Owner | null; logPath: string },
): Promise<void> {
  const { dataDir, initdb, owner, logPath } = options;
  removeDrafts(dataDir);
  const draft = join(dataDir, `${draftPrefix}${process.pid}`);
  mkdirSync(draft, { mode: 0o700 });
  if (owner !== null) chownSync(draft, owner.uid, owner.gid);
  const log = openLog(logPath, owner);
  try {
    const child = spawnOn(draft, initdb, initdbArgs, { owner, output: log.handle, detached: false });
    const [code] = await once(child, "exit");
    if (code !== 0)
      throw new StartError(`The database could not be made: ${lastReason(log)} (see ${logPath}).`);
    renameSync(draft, clusterDir);
    syncDir(dataDir);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (existsSync(join(clusterDir, "PG_VERSION"))) return;
    if (error instanceof StartError) throw error;
    throw new StartError(`The database could not be made: ${errorLine(error)}.`);
  } finally {
    closeSync(log.handle);
  }
}

/** What starts left that were killed while they made a database. */
function removeDrafts(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(draftPrefix)) continue;
    const pid = Number(name.slice(draftPrefix.length));
    if (pid === process.pid || !isAlive(pid)) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}
