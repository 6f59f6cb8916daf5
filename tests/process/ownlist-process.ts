import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach } from "vitest";
import { nodeFlags } from "../../src/process/node-flags.ts";

/** The server as a process of its own, as `npm start` runs it. */
export type OwnlistProcess = {
  child: ChildProcess;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with its address when it says that it is ready; rejects when it ends before. */
  ready: Promise<string>;
  /** Resolves with the exit status; null after a signal. */
  exited: Promise<number | null>;
};

/** How many times longer than promised something may take: the machine is busy with other tests. */
export const patience = 3;

const repository = resolve(import.meta.dirname, "../..");
const folders: string[] = [];
const children: ChildProcess[] = [];

/** A temporary folder that goes after the test, with the PostgreSQL that a killed server may have left in it. */
export function temporaryFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, "ownlist-process-"));
  folders.push(folder);
  return folder;
}

/** Who runs it, which only root may choose, with which Node.js and flags of it. */
export type RunAs = { uid: number; gid: number; node: string; flags: readonly string[] };

/** Starts a server on any free port, with nothing from outside but where to find programs. */
export function startOwnlist(
  env: Record<string, string>,
  root = repository,
  { node = process.execPath, flags = nodeFlags, ...user }: Partial<RunAs> = {},
): OwnlistProcess {
  const child = spawn(node, [...flags, join(root, "src/main.ts")], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: "0", LOG_LEVEL: "info", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...user,
  });
  children.push(child);
  const said = { stdout: "", stderr: "" };
  const exited = once(child, "close").then(([code]) => code as number | null);
  const ready = new Promise<string>((done, failed) => {
    child.stdout.on("data", (chunk) => {
      said.stdout += chunk;
      const url = /Web client {2}(\S+)/.exec(said.stdout)?.[1];
      if (url !== undefined) done(url);
    });
    child.stderr.on("data", (chunk) => {
      said.stderr += chunk;
    });
    void exited.then((code) => failed(new Error(`ended with ${code}:\n${said.stdout}${said.stderr}`)));
  });
  // Not every test waits for it.
  ready.catch(() => {});
  return { child, stdout: () => said.stdout, stderr: () => said.stderr, ready, exited };
}

/** The process number of the PostgreSQL on a data folder; null when none says that it runs. */
export function postmasterOf(dataDir: string): number | null {
  const path = join(dataDir, "postgres/postmaster.pid");
  return existsSync(path) ? Number(readFileSync(path, "utf8").split("\n")[0]) : null;
}

/** Whether a process with this number runs. */
export function isRunning(pid: number): boolean {
  try {
    // Dead ones that nobody has asked for yet still take signals.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Waits until something is so, for fifteen seconds at most. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 750; tries++) {
    if (await condition()) return;
    await sleep(20);
  }
  throw new Error("waited for fifteen seconds in vain");
}

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) {
    const pid = postmasterOf(folder);
    if (pid !== null && isRunning(pid)) {
      process.kill(pid, "SIGQUIT");
      await until(() => !isRunning(pid));
    }
    rmSync(folder, { recursive: true, force: true });
  }
});
