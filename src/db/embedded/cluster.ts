import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { syncDir } from "../../config/data-dir.ts";
import { errorCode, errorLine, StartError } from "../../runtime/start-error.ts";
import { type Log, lastReason, openLog } from "./log.ts";
import { lendName } from "./name.ts";
import { giveFolderTo, type Owner } from "./owner.ts";
import { isAlive } from "./postmaster.ts";
import { spawnOn } from "./spawn.ts";

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
  let log: Log | null = null;
  try {
    giveFolderTo(owner, draft);
    log = openLog(logPath, owner);
    await runInitdb(initdb, { dataDir, draft, owner, log });
    renameSync(draft, clusterDir);
    syncDir(dataDir);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (existsSync(join(clusterDir, "PG_VERSION"))) return;
    if (error instanceof StartError) throw error;
    throw new StartError(`The database could not be made: ${reason(error, initdb)}.`);
  } finally {
    if (log !== null) closeSync(log.handle);
  }
}

async function runInitdb(
  initdb: string,
  { dataDir, draft, owner, log }: { dataDir: string; draft: string; owner: Owner | null; log: Log },
): Promise<void> {
  const name = lendName(owner, dataDir);
  try {
    const output = log.handle;
    const child = spawnOn(draft, initdb, initdbArgs, { owner, output, detached: false, env: name.env });
    const [code] = await once(child, "exit");
    if (code === 0) return;
  } finally {
    name.takeBack();
  }
  const said = lastReason(log);
  throw name.refusal(said) ?? new StartError(`The database could not be made: ${said} (see ${log.path}).`);
}

function reason(error: unknown, program: string): string {
  // The program is there: what is missing is the loader that it names.
  if (errorCode(error) === "ENOENT" && existsSync(program)) {
    return "the built-in PostgreSQL needs glibc, which this system (Alpine Linux?) has not: use another, or set DATABASE_URL";
  }
  return errorLine(error);
}

/** What starts left that were killed while they made a database. */
function removeDrafts(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(draftPrefix)) continue;
    const pid = Number(name.slice(draftPrefix.length));
    if (pid === process.pid || !isAlive(pid)) remove(join(dataDir, name));
  }
}

function remove(dir: string): void {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch (error) {
    // Another user's, in a folder that was copied.
    if (!/^(EACCES|EPERM)$/.test(errorCode(error))) throw error;
  }
}
