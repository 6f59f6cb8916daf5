import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, lstatSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask, start } from "./embedded-use.ts";
import { postmasterOf, temporaryFolder } from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";

const kept = [{ number: 1 }];
const readKept = "SELECT number FROM kept";
const stranger = 54_321;

function chown(options: string, owner: number, path: string): void {
  execFileSync("chown", [options, `${owner}:${owner}`, path]);
}

/** The user numbers that own what is in PostgreSQL's folder. */
function ownersIn(dataDir: string): Set<string> {
  const output = execFileSync("find", [join(dataDir, "postgres"), "-printf", "%U\n"], { encoding: "utf8" });
  return new Set(output.trim().split("\n"));
}

async function expectStart(dataDir: string): Promise<void> {
  expect(await ask(await start(dataDir), readKept)).toEqual(kept);
  expect(statSync(`/proc/${postmasterOf(dataDir)}`).uid).not.toBe(0);
}

// Only root may give files away.
describe.runIf(process.getuid?.() === 0 && process.platform === "linux")("started by root", () => {
  it("a data folder that cp -r has made root's is PostgreSQL's user's again", async () => {
    const dataDir = await usedFolder();
    chown("-hR", 0, dataDir);
    execFileSync("chmod", ["-R", "a+rX", dataDir]);
    await expectStart(dataDir);
    expect(ownersIn(dataDir).size).toBe(1);
    expect(ownersIn(dataDir)).not.toContain("0");
  });

  it("a data folder that is somebody's becomes theirs inside, whether they have a name or not", async () => {
    const dataDir = await usedFolder();
    chown("-hR", 0, dataDir);
    chown("-h", stranger, dataDir);
    await expectStart(dataDir);
    expect(ownersIn(dataDir)).toEqual(new Set([String(stranger)]));
  });

  it("files of root's in a folder that is not are given to its owner", async () => {
    const dataDir = await usedFolder();
    chown("-hR", stranger, join(dataDir, "postgres"));
    chown("-hR", 0, join(dataDir, "postgres/global"));
    chown("-h", 0, join(dataDir, "postgres/PG_VERSION"));
    await expectStart(dataDir);
    expect(ownersIn(dataDir)).toEqual(new Set([String(stranger)]));
  });

  it("a socket's folder that was root's, with what was in it, is made anew", async () => {
    const dataDir = await usedFolder();
    chmodSync(dataDir, 0o711);
    execFileSync("mkdir", ["-p", "-m", "700", join(dataDir, "run")]);
    writeFileSync(join(dataDir, "run/.s.PGSQL.5432.lock"), "1\n", { mode: 0o600 });
    chown("-hR", 0, join(dataDir, "run"));
    await expectStart(dataDir);
    expect(statSync(join(dataDir, "run")).uid).toBe(statSync(join(dataDir, "postgres")).uid);
  });

  it("what links lead to stays whose it is", async () => {
    const dataDir = await usedFolder();
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, "accounts"), "ann\n");
    symlinkSync(join(elsewhere, "accounts"), join(dataDir, "postgres/base/accounts"));
    symlinkSync(elsewhere, join(dataDir, "postgres/base/folder"));
    chown("-hR", 0, dataDir);
    execFileSync("chmod", ["-R", "777", join(dataDir, "postgres")]);
    const before = [elsewhere, join(elsewhere, "accounts")].map((path) => lstatSync(path));
    await expectStart(dataDir);
    const after = [elsewhere, join(elsewhere, "accounts")].map((path) => lstatSync(path));
    expect(after.map(({ uid, mode }) => [uid, mode])).toEqual(before.map(({ uid, mode }) => [uid, mode]));
  });

  it("a file that has another name elsewhere is not given away", async () => {
    const dataDir = await usedFolder();
    const elsewhere = join(temporaryFolder(), "accounts");
    writeFileSync(elsewhere, "ann\n", { mode: 0o600 });
    const planted = join(dataDir, "postgres/base/accounts");
    linkSync(elsewhere, planted);
    await expect(start(dataDir)).rejects.toThrow(`${planted} is root's and has another name elsewhere`);
    expect(statSync(elsewhere)).toMatchObject({ uid: 0, gid: 0 });
  });

  it("a database behind a link is used where it is right, and never changed", async () => {
    const dataDir = await usedFolder();
    const disk = join(temporaryFolder(), "disk");
    execFileSync("mv", [join(dataDir, "postgres"), disk]);
    symlinkSync(disk, join(dataDir, "postgres"));
    const embedded = await start(dataDir);
    expect(await ask(embedded, readKept)).toEqual(kept);
    await embedded.stop();
    chmodSync(disk, 0o755);
    await expect(start(dataDir)).rejects.toThrow("PostgreSQL did not start: data directory");
    expect(statSync(disk).mode & 0o777).toBe(0o755);
  });
});
