import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { errorCode, StartError } from "../../runtime/start-error.ts";
import { canReach, type Owner } from "./owner.ts";

// Not ours: it holds secrets. PostgreSQL's messages are read here, so they come in one language.
const environment = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C" };

/**
 * Runs one of PostgreSQL's programs on a data folder, as the folder's owner if detached in a session of its own:
 * Ctrl-C in a terminal goes to every process there, and the database has to outlive the server.
 * @param options.output an open file for what it prints
 * @param options.env variables that it needs besides the usual
 * @throws StartError where the owner can't get to the folder, or root can't become the owner
 */
export function spawnOn(
  dir: string,
  program: string,
  args: string[],
  options: { owner: Owner | null; output: number; detached: boolean; env?: Record<string, string> },
): ChildProcess {
  const { owner, output, detached, env } = options;
  // A process reaches an open folder through /proc whatever the folders above it allow.
  const handle = canReach(owner, dir) ? null : openFolder(dir);
  try {
    return spawn(program, ["-D", handle === null ? dir : "/proc/self/fd/3", ...args], {
      cwd: "/",
      env: { ...environment, ...env },
      detached,
      stdio: ["ignore", output, output, ...(handle === null ? [] : [handle])],
      // Signed here, although user numbers are not.
      ...(owner === null ? {} : { uid: owner.uid | 0, gid: owner.gid | 0 }),
    });
  } catch (error) {
    if (owner === null || errorCode(error) !== "EPERM") throw error;
    throw new StartError(
      "PostgreSQL can't be root, and root may not start it as another user here: start as an ordinary user.",
    );
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

function openFolder(dir: string): number {
  if (process.platform === "linux") return openSync(dir, constants.O_RDONLY | constants.O_DIRECTORY);
  throw new StartError(
    `PostgreSQL can't be root, and other users can't get to ${dir}: start as an ordinary user.`,
  );
}
