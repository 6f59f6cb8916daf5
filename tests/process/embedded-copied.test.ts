import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask, start } from "./embedded-use.ts";
import { temporaryFolder } from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";

const kept = [{ number: 1 }];
const readKept = "SELECT number FROM kept";

function shell(command: string, cwd: string): void {
  execFileSync("sh", ["-ec", command], { cwd });
}

/** One that PostgreSQL gets to, whoever it runs as: then its socket is in there. */
async function openFolder(): Promise<string> {
  const dataDir = await usedFolder();
  chmodSync(dataDir, 0o711);
  return dataDir;
}

describe("a data folder that was copied", () => {
  it.each([
    ["with modes that let others in", "chmod -R 755 postgres"],
    ["by way of a file server that knows no modes", "chmod -R 777 ."],
    ["onto a volume that its group gets, as Kubernetes does it", "chmod -R g+rwX . && chmod g+s postgres"],
    ["from a medium that can't be written to", "chmod -R a-w postgres postgres.log"],
    ["without its empty folders, as by git or zip", "find postgres -type d -empty -delete"],
    [
      "without what PostgreSQL can do without",
      "rm -r postgres/pg_logical postgres/pg_subtrans postgres/pg_stat",
    ],
    ["with cp -r", "mv postgres old && cp -r old postgres && rm -r old"],
    ["with its log a folder's worth of lines that can't be written to", "chmod 400 postgres.log"],
  ])("starts: %s", async (_how, damage) => {
    const dataDir = await usedFolder();
    shell(damage, dataDir);
    expect(await ask(await start(dataDir), readKept)).toEqual(kept);
    expect(statSync(join(dataDir, "postgres")).mode & 0o777).toBe(0o700);
  });

  it("starts while the one that it was copied from is running, and keeps to itself", async () => {
    const dataDir = await usedFolder();
    const original = await start(dataDir);
    const copy = join(temporaryFolder(), "copy");
    shell(`cp -r '${dataDir}' '${copy}'`, "/");
    const second = await start(copy);
    await ask(second, "UPDATE kept SET number = 2");
    expect(second.connection.host).not.toBe(original.connection.host);
    expect(await ask(second, readKept)).toEqual([{ number: 2 }]);
    expect(await ask(original, readKept)).toEqual(kept);
  });

  it("starts where it was moved to, and by way of a link", async () => {
    const dataDir = await usedFolder();
    await (await start(dataDir)).stop();
    const moved = join(temporaryFolder(), "it's moved");
    renameSync(dataDir, moved);
    const link = join(temporaryFolder(), "link");
    symlinkSync(moved, link);
    for (const place of [moved, link]) {
      const embedded = await start(place);
      expect(await ask(embedded, readKept)).toEqual(kept);
      await embedded.stop();
    }
  });

  it("starts with what its server left of the socket's folder", async () => {
    const dataDir = await openFolder();
    const run = join(dataDir, "run");
    mkdirSync(run, { recursive: true });
    writeFileSync(join(run, ".s.PGSQL.5432"), "");
    writeFileSync(join(run, ".s.PGSQL.5432.lock"), `${process.pid}\n/srv/data/postgres\n`);
    chmodSync(run, 0o777);
    expect(await ask(await start(dataDir), readKept)).toEqual(kept);
    expect(statSync(run).mode & 0o777).toBe(0o700);
  });
});

describe("what is not the database's", () => {
  it("is left alone in the socket's folder, with the command that removes it", async () => {
    const dataDir = await openFolder();
    const run = join(dataDir, "run");
    mkdirSync(run, { recursive: true });
    chmodSync(run, 0o755);
    writeFileSync(join(run, "letter"), "dear");
    await expect(start(dataDir)).rejects.toThrow(`${run} is not PostgreSQL's alone: remove it: rm -r ${run}`);
    expect(readFileSync(join(run, "letter"), "utf8")).toBe("dear");
  });

  it("is not removed through a link in the place of the socket's folder", async () => {
    const dataDir = await openFolder();
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, ".s.PGSQL.5432"), "another's");
    execFileSync("rm", ["-rf", join(dataDir, "run")]);
    symlinkSync(elsewhere, join(dataDir, "run"));
    await expect(start(dataDir)).rejects.toThrow("is not PostgreSQL's alone");
    expect(existsSync(join(elsewhere, ".s.PGSQL.5432"))).toBe(true);
  });

  it("is not written to through a link in the place of the log", async () => {
    const dataDir = await usedFolder();
    const path = join(dataDir, "postgres.log");
    const elsewhere = join(temporaryFolder(), "accounts");
    writeFileSync(elsewhere, "ann\n");
    const before = lstatSync(elsewhere);
    execFileSync("ln", ["-sf", elsewhere, path]);
    await expect(start(dataDir)).rejects.toThrow(
      `${path} is not the plain file that PostgreSQL's log has to be: run: mv ${path} ${path}.old`,
    );
    expect(readFileSync(elsewhere, "utf8")).toBe("ann\n");
    expect(lstatSync(elsewhere)).toMatchObject({ uid: before.uid, mode: before.mode });
    execFileSync("mv", [path, `${path}.old`]);
    expect(await ask(await start(dataDir), readKept)).toEqual(kept);
  });

  it("is not changed through links among the database's files", async () => {
    const dataDir = await usedFolder();
    const elsewhere = join(temporaryFolder(), "accounts");
    writeFileSync(elsewhere, "ann\n", { mode: 0o444 });
    const before = lstatSync(elsewhere);
    symlinkSync(elsewhere, join(dataDir, "postgres/base/accounts"));
    symlinkSync(temporaryFolder(), join(dataDir, "postgres/base/folder"));
    execFileSync("mkfifo", [join(dataDir, "postgres/base/pipe")]);
    chmodSync(join(dataDir, "postgres"), 0o777);
    await start(dataDir);
    expect(lstatSync(elsewhere)).toMatchObject({ uid: before.uid, mode: before.mode });
  });
});
