import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "../../src/db/embedded/embedded.ts";
import { migrate } from "../../src/db/migrations/migrate.ts";
import type { TestDatabase } from "../helpers/database.ts";

/** A migrated PostgreSQL that a test may do anything to; to drop it is to stop it. */
export type OwnPostgres = TestDatabase & {
  /** Stops all its processes where they are: connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** kill -9 of all its processes; the embedded database then starts it again. */
  kill(): void;
};

const migrationsDir = new URL("../../prisma/migrations", import.meta.url).pathname;

/** @returns the postmaster and whatever it has started */
function processesOf(postmaster: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const processes = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return [postmaster, ...processes.filter(([, parent]) => parent === postmaster).map(([pid]) => Number(pid))];
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), "ownlist-failures-"));
  const embedded = await startEmbedded({ dataDir, onProgress: () => {} });
  await migrate({ connection: embedded.connection, migrationsDir });

  function signal(name: NodeJS.Signals): void {
    const [postmaster] = readFileSync(join(dataDir, "postgres", "postmaster.pid"), "utf8").split("\n");
    for (const pid of processesOf(Number(postmaster))) {
      try {
        process.kill(pid, name);
      } catch (error) {
        // It has ended by itself since the list was made.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  }

  return {
    connection: embedded.connection,
    admin: { ...embedded.connection, user: "postgres" },
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    kill: () => signal("SIGKILL"),
    async drop() {
      signal("SIGCONT");
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
