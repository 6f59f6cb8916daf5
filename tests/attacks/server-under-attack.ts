import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startProcess } from "../../bench/server-process.ts";
import type { Size } from "./attack.ts";
import type { Address } from "./target.ts";

export type ServerUnderAttack = Address & {
  pid: number;
  stop(): Promise<void>;
};

const main = resolve(import.meta.dirname, "../../src/main.ts");

/** Small attacks are many in a short time, on slow machines: hashing is a quarter of what it is by default. */
const bcryptCosts: Record<Size, string> = { small: "10", full: "12" };

/** Starts a server as `npm start` does, limits and all, with an embedded database in a temporary folder. */
export async function startServerUnderAttack(size: Size): Promise<ServerUnderAttack> {
  const dataDir = mkdtempSync(join(tmpdir(), "ownlist-attack-"));
  const removeData = () => rmSync(dataDir, { recursive: true, force: true });
  const env = { OWNLIST_DATA: dataDir, RATE_LIMIT: "on", BCRYPT_COST: bcryptCosts[size], LOG_LEVEL: "fatal" };
  const { pid, port, stop } = await startProcess(main, env).catch((error) => {
    removeData();
    throw error;
  });
  // PostgreSQL's file of its process names the folder of its socket in the fifth line.
  const host = readFileSync(join(dataDir, "postgres/postmaster.pid"), "utf8").split("\n")[4] as string;
  return {
    url: `http://127.0.0.1:${port}`,
    database: { host, port: 5432, user: "postgres", database: "ownlist" },
    pid,
    async stop() {
      await stop();
      removeData();
    },
  };
}
