import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lendName } from "../../src/db/embedded/name.ts";
import { isReady, signUp, viewerOf } from "./api.ts";
import { makePublicCheckout } from "./checkout.ts";
import { type OwnlistProcess, type RunAs, startOwnlist, temporaryFolder } from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";

const stranger = 54_321;
// As in a container: nothing of the person's, nowhere to write but to the data.
const bare = { HOME: "/", TMPDIR: "/nowhere" };

function hasNameWrapper(): boolean {
  return execFileSync("/sbin/ldconfig", ["-p"], { encoding: "utf8" }).includes("libnss_wrapper.so");
}

/** A data folder in a place that everybody gets to. */
function publicFolder(mode: number, { uid, gid }: Pick<RunAs, "uid" | "gid">): string {
  const parent = temporaryFolder();
  chmodSync(parent, 0o755);
  const dataDir = join(parent, "data");
  mkdirSync(dataDir);
  chmodSync(dataDir, mode);
  chownSync(dataDir, uid, gid);
  return dataDir;
}

async function endInOrder(ownlist: OwnlistProcess): Promise<void> {
  ownlist.child.kill("SIGTERM");
  expect(await ownlist.exited).toBe(0);
  expect(ownlist.stderr()).toBe("");
}

describe("a user without a name", () => {
  it("is lent one where nss_wrapper is there, else the line that helps is said", () => {
    const folder = temporaryFolder();
    const name = lendName({ uid: stranger, gid: 0 }, folder);
    expect(name.refusal("No space left on device")).toBeNull();
    expect(name.refusal("could not look up effective user ID 54321: user does not exist")?.message).toBe(
      "The database could not be made: user 54321 has no name here. Install libnss-wrapper (apt-get install libnss-wrapper), make the database as a user that has a name, or run as root: echo 'ownlist:x:54321:0::/:/sbin/nologin' >> /etc/passwd",
    );
    name.takeBack();
    expect(() => rmSync(join(folder, `.passwd-${process.pid}`))).toThrow("ENOENT");
  });
});

// Only root may start what is somebody else's.
describe.runIf(process.getuid?.() === 0 && process.platform === "linux")("any user number", () => {
  it.each([
    ["with a group of its own", { uid: stranger, gid: stranger }, 0o700, { uid: stranger, gid: stranger }],
    ["in group 0, with a folder of that group's", { uid: stranger, gid: 0 }, 0o2770, { uid: 0, gid: 0 }],
  ])(
    "makes a database %s, or says what it takes",
    async (_who, user, mode, folderOf) => {
      const { root, node } = makePublicCheckout();
      const dataDir = publicFolder(mode, folderOf);
      const runAs = { ...user, node };
      let ownlist = startOwnlist({ ...bare, OWNLIST_DATA: dataDir }, root, runAs);
      if (!hasNameWrapper()) {
        expect(await ownlist.exited).toBe(1);
        expect(ownlist.stderr()).toMatch(/^Ownlist can't start: .+: user 54321 has no name here\. .+\n$/);
        return;
      }
      const token = await signUp(await ownlist.ready, "ada");
      expect(statSync(join(dataDir, "postgres")).uid).toBe(stranger);
      await endInOrder(ownlist);
      // What a volume's new group does to it between two starts.
      execFileSync("chmod", ["-R", "g+rwX", dataDir]);
      ownlist = startOwnlist({ ...bare, OWNLIST_DATA: dataDir }, root, runAs);
      expect(await viewerOf(await ownlist.ready, token)).toBe("ada@example.org");
      await endInOrder(ownlist);
      expect(ownlist.stdout()).toContain("could be read by other users of this machine (mode 660)");
    },
    120_000,
  );

  it("goes on with a database that is there, from a checkout that is not its own", async () => {
    const { root, node } = makePublicCheckout();
    const user = { uid: stranger, gid: 0 };
    const dataDir = await usedFolder(publicFolder(0o700, user));
    execFileSync("chown", ["-hR", "54321:0", dataDir]);
    const ownlist = startOwnlist({ ...bare, OWNLIST_DATA: dataDir }, root, { ...user, node });
    expect(await isReady(await ownlist.ready)).toBe(true);
    await endInOrder(ownlist);
  });

  it.each([
    ["the data folder", ".", "can't be written to: permission denied"],
    ["the database", "postgres", "belongs to another user (65534)"],
    ["some of its files", "postgres/global", "PostgreSQL can't use"],
    ["the secret", "jwt-secret", "can't be read: permission denied"],
  ])(
    "is given the command that makes %s its own",
    async (_what, path, words) => {
      const { root, node } = makePublicCheckout();
      const user = { uid: stranger, gid: stranger };
      const dataDir = await usedFolder(publicFolder(0o700, user));
      execFileSync("sh", [
        "-c",
        'head -c 32 /dev/urandom | base64 > "$1"',
        "sh",
        join(dataDir, "jwt-secret"),
      ]);
      execFileSync("chmod", ["600", join(dataDir, "jwt-secret")]);
      execFileSync("chown", ["-hR", "54321:54321", dataDir]);
      execFileSync("chown", ["-hR", "65534:65534", join(dataDir, path)]);
      const start = () => startOwnlist({ ...bare, OWNLIST_DATA: dataDir }, root, { ...user, node });
      let ownlist = start();
      expect(await ownlist.exited).toBe(1);
      expect(ownlist.stderr()).toContain(words);
      expect(ownlist.stderr().trim().split("\n")).toHaveLength(1);
      const command = /run as root: (chown -R .+)\n$/.exec(ownlist.stderr())?.[1] ?? "false";
      expect(command).toBe(`chown -R 54321:54321 ${dataDir}`);
      execFileSync("sh", ["-c", command]);
      ownlist = start();
      expect(await isReady(await ownlist.ready)).toBe(true);
      await endInOrder(ownlist);
    },
    120_000,
  );

  it.each([
    ["give files away", "-chown", "root may not give"],
    ["become anybody else", "-setuid,-setgid", "root may not start it as another user here"],
  ])("is what root is told to be where it may not %s", async (_what, capabilities, words) => {
    for (const dataDir of [temporaryFolder(), await usedFolder()]) {
      execFileSync("chown", ["-hR", "0:0", dataDir]);
      const args = [
        `--bounding-set=${capabilities}`,
        `--inh-caps=${capabilities}`,
        process.execPath,
        "src/main.ts",
      ];
      const { status, stderr } = spawnSync("setpriv", args, {
        encoding: "utf8",
        env: { PATH: process.env.PATH, PORT: "0", OWNLIST_DATA: dataDir },
      });
      expect(status).toBe(1);
      expect(stderr).toContain(words);
      expect(stderr).toContain(": start as an ordinary user");
      expect(stderr.trim().split("\n")).toHaveLength(1);
    }
  });
});
