import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "../runtime/start-error.ts";

/**
 * Does something while no other process does it. A lock whose process has died is taken over.
 * @param path a file that holds the number of the process that is at it
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  say: (line: string) => void,
): Promise<T> {
  let told = false;
  while (!take(path)) {
    const holder = readHolder(path);
    if (holder !== null && !isAlive(holder)) {
      rmSync(path, { force: true });
    } else {
      if (!told) say(`Waiting for another build (process ${holder}) …`);
      told = true;
      await sleep(100);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

function readHolder(path: string): number | null {
  try {
    return Number(readFileSync(path, "utf8")) || null;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
