import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentOf } from "../admin/admin-command.ts";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";
import { startServer } from "../helpers/server.ts";
import { signUpVictim } from "../isolation/pair.ts";
import { done, folder, run } from "./backups.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
  const server = await startServer({}, { ...database, drop: async () => {} });
  await signUpVictim(server, "canary");
  await server.close();
});
afterAll(() => database.drop());

const repository = join(import.meta.dirname, "../..");

/** What a shell does with the command, whose arguments are $1 and so on. */
function shell(script: string, ...args: string[]) {
  const env = { PATH: process.env.PATH, ...environmentOf(database as Parameters<typeof environmentOf>[0]) };
  const admin = `admin() { "${process.execPath}" src/admin.ts "$@"; }\n`;
  const { status, stderr } = spawnSync("bash", ["--norc", "-c", admin + script, "bash", ...args], {
    cwd: repository,
    env,
    encoding: "utf8",
  });
  return { status, stderr };
}

describe("a backup", () => {
  it("replaces a file when it is told to, and then only as a whole", async () => {
    const file = join(folder(), "file");
    writeFileSync(file, "precious");
    expect(await run(database, "backup", file)).toEqual({
      status: 1,
      stdout: "",
      stderr: `There is a file ${file} already: add --force to replace it.\n`,
    });
    expect(readFileSync(file, "utf8")).toBe("precious");
    await done(database, "backup", file, "--force");
    expect(await done(database, "check-backup", file)).toContain("1 account,");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("takes no notice of what an earlier one left, nor of a link that somebody put there", async () => {
    const dir = folder();
    const [file, other] = [join(dir, "file"), join(dir, "other")];
    writeFileSync(other, "somebody else's");
    symlinkSync(other, `${file}.part`);
    await done(database, "backup", file);
    expect(readFileSync(other, "utf8")).toBe("somebody else's");
    expect(readdirSync(dir).sort()).toEqual(["file", "other"]);
  });

  it("goes into a pipe, and comes back from one", async () => {
    const file = join(folder(), "file");
    const piped = shell(
      'set -o pipefail; admin backup - | cat > "$1" && cat "$1" | admin check-backup -',
      file,
    );
    expect(piped).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^Wrote a backup: 1 account, .*\n$/),
    });
  });
});

describe("a backup that can't be written is told in a line, and leaves nothing behind:", () => {
  it.each<[string, (dir: string) => string, RegExp]>([
    ["to a folder", (dir) => dir, / is a folder: name a file in it\.$/],
    ["into a folder that is not there", (dir) => join(dir, "none/file"), /: there is no such folder\.$/],
    ["below a file", (dir) => join(dir, "plain/file"), /: there is a file where a folder should be\.$/],
    ["under a name that is too long", (dir) => join(dir, "x".repeat(300)), /: the name is too long\.$/],
    ["to a device", () => "/dev/null", /^\/dev\/null is not a file: write to - and pipe it there\.$/],
  ])("%s", async (_, place, words) => {
    const dir = folder();
    writeFileSync(join(dir, "plain"), "");
    const { status, stdout, stderr } = await run(database, "backup", place(dir), "--force");
    expect([status, stdout, stderr.trimEnd()]).toEqual([1, "", expect.stringMatching(words)]);
    expect(readdirSync(dir)).toEqual(["plain"]);
  });

  it("where the disk is full, nobody reads on, or a file may be no larger", () => {
    expect(shell("admin backup - > /dev/full")).toEqual({
      status: 1,
      stderr: "The backup can't be written to standard output: the disk is full.\n",
    });
    expect(shell("admin backup - | true; exit $PIPESTATUS")).toEqual({
      status: 1,
      stderr: "The backup can't be written to standard output: nobody reads it any more.\n",
    });
    const dir = folder();
    mkdirSync(join(dir, "sub"));
    // A file may be no larger than nothing.
    const limited = shell('ulimit -f 0; admin backup "$1"', join(dir, "sub/file"));
    expect(limited).toEqual({
      status: 1,
      stderr: expect.stringMatching(/larger than a file may be here\.\n$/),
    });
    expect(existsSync(join(dir, "sub/file"))).toBe(false);
    expect(readdirSync(join(dir, "sub"))).toEqual([]);
  });
});
