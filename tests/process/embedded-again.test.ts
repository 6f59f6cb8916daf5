import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ask, start } from "./embedded-use.ts";
import { isRunning, patience, postmasterOf, temporaryFolder, until } from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";

const kept = [{ number: 1 }];
const readKept = "SELECT number FROM kept";

describe("the next start on the same data", () => {
  it("finds them", async () => {
    expect(await ask(await start(await usedFolder()), readKept)).toEqual(kept);
  });

  it("waits for a server that is about to stop", async () => {
    const dataDir = await usedFolder();
    const first = await start(dataDir);
    const next = start(dataDir);
    await sleep(100);
    await first.stop();
    expect(await ask(await next, readKept)).toEqual(kept);
  });

  it("goes past a lock file that names a process which is none of PostgreSQL's, as after a container's restart", async () => {
    const dataDir = await usedFolder();
    const path = join(dataDir, "postgres/postmaster.pid");
    const first = await start(dataDir);
    const lockFile = readFileSync(path, "utf8");
    await first.stop();
    writeFileSync(path, lockFile.replace(/^\d+/, String(process.ppid)));
    expect(await ask(await start(dataDir), readKept)).toEqual(kept);
  });

  it("says in one line why PostgreSQL does not start", async () => {
    const dataDir = await usedFolder();
    writeFileSync(join(dataDir, "postgres/global/pg_control"), "cut short");
    await expect(start(dataDir)).rejects.toThrow(
      /^PostgreSQL did not start: could not read file "global\/pg_control": .+ \(see .+\/postgres\.log\)\.$/,
    );
  });

  it("puts its socket elsewhere where the data folder's path is too long for one", async () => {
    const dataDir = join(temporaryFolder(), "long".repeat(15), "longer".repeat(10));
    mkdirSync(dataDir, { recursive: true });
    await usedFolder(dataDir);
    // Where tests run as root, PostgreSQL does not, and has to get there: its reach is not what is tested here.
    for (let dir = dataDir; dir !== tmpdir() && dir !== "/"; dir = dirname(dir)) chmodSync(dir, 0o755);
    const embedded = await start(dataDir);
    expect(embedded.connection.host.length).toBeLessThan(80);
    expect(statSync(embedded.connection.host).mode & 0o777).toBe(0o700);
    expect(await ask(embedded, readKept)).toEqual(kept);
  });
});

describe("a PostgreSQL that is killed", () => {
  it("is started again within two seconds, with everything that was acknowledged", async () => {
    const dataDir = await usedFolder();
    const embedded = await start(dataDir);
    for (let round = 1; round <= 3; round++) {
      await ask(embedded, "UPDATE kept SET number = number + 1");
      const pid = Number(postmasterOf(dataDir));
      process.kill(pid, "SIGKILL");
      await until(() => !isRunning(pid));
      const since = Date.now();
      const number = () =>
        ask(embedded, readKept).then(
          ([row]) => row?.number as number,
          () => 0,
        );
      await until(async () => (await number()) > 0);
      expect(Date.now() - since).toBeLessThan(2000 * patience);
      expect(await number()).toBe(1 + round);
    }
  });

  it("is started again although some of its processes are still busy", async () => {
    const dataDir = await usedFolder();
    const embedded = await start(dataDir);
    const busy = ask(embedded, "SELECT sum(length(md5(n::text))) FROM generate_series(1, 100000000) AS n");
    busy.catch(() => {});
    await sleep(200);
    process.kill(Number(postmasterOf(dataDir)), "SIGKILL");
    await until(() =>
      ask(embedded, readKept).then(
        () => true,
        () => false,
      ),
    );
    await expect(busy).rejects.toThrow();
  });
});
