import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkBackup } from "../../src/admin/backup/service.ts";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";
import { startServer } from "../helpers/server.ts";
import { signUpVictim } from "../isolation/pair.ts";
import { done, folder, run, takeBackup } from "./backups.ts";
import { catalogueOf, contentsOf } from "./contents.ts";

let source: TestDatabase;
let target: TestDatabase;
let good: Buffer;
let text: string;

beforeAll(async () => {
  source = await createDatabase();
  const server = await startServer({}, { ...source, drop: async () => {} });
  await signUpVictim(server, "canary");
  await server.close();
  good = readFileSync(await takeBackup(source));
  text = gunzipSync(good).toString();
  target = await createDatabase();
});
afterAll(async () => {
  await source.drop();
  await target.drop();
});

const write = (bytes: Buffer | string) => {
  const file = join(folder(), "damaged");
  writeFileSync(file, bytes);
  return file;
};
const check = (bytes: Buffer | string) => checkBackup(write(bytes), () => {});

/** The same backup with other text in it, and the sums that fit that. */
function forge(change: (text: string) => string): Buffer {
  const sha256 = (data: string) => createHash("sha256").update(data).digest("hex");
  const parts = change(text).split(/^(\{"table".*\n)/m);
  let whole = parts[0] ?? "";
  let [tables, rows] = [0, 0];
  for (let n = 1; n < parts.length; n += 2) {
    const lines = (parts[n + 1] ?? "").split(/^\\\.\n/m)[0] ?? "";
    const count = lines.split("\n").length - 1;
    whole += `${parts[n]}${lines}\\.\n${JSON.stringify({ rows: count, sha256: sha256(lines) })}\n`;
    [tables, rows] = [tables + 1, rows + count];
  }
  return gzipSync(`${whole}${JSON.stringify({ tables, rows, sha256: sha256(whole) })}\n`);
}

describe("a damaged backup is told in a line", () => {
  it("wherever it is cut off", async () => {
    for (let length = 0; length < good.length; length += 97)
      await expect(check(good.subarray(0, length)), `at ${length}`).rejects.toThrow(
        /^The backup is (damaged|empty)/,
      );
    const whole = Buffer.from(text);
    for (let length = 0; length < whole.length; length += 301)
      await expect(check(gzipSync(whole.subarray(0, length))), `at ${length}`).rejects.toThrow(
        /^(The backup is damaged: .*|This is not a backup of Ownlist's\.)$/,
      );
    await expect(check(good.subarray(0, -1))).rejects.toThrow("The backup is damaged: it is cut off");
  });

  it("whichever bit has changed, unless it is one that changes nothing of what is in it", async () => {
    const expected = (await check(good)).tables;
    let refused = 0;
    for (let at = 0; at < good.length * 8; at += 131) {
      const bytes = Buffer.from(good);
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
      const found = await check(bytes).catch((error: Error) => {
        expect(error.name).toBe("StartError");
        return null;
      });
      if (found === null) refused++;
      else expect(found.tables).toEqual(expected);
    }
    expect(refused).toBeGreaterThan((good.length * 8) / 131 - 10);
  });

  it.each<[string, () => Buffer | string, RegExp]>([
    [
      "of something else",
      () => gzipSync("-- PostgreSQL database dump\n"),
      /^This is not a backup of Ownlist's\.$/,
    ],
    ["not compressed", () => text, /^This is not a backup of Ownlist's\.$/],
    ["of nothing", () => "", /^The backup is empty\.$/],
    [
      "with npm's words",
      () => Buffer.concat([Buffer.from("\n> ownlist@0.1.0 admin\n"), good]),
      /npm run --silent/,
    ],
    [
      "that swells",
      () => gzipSync(Buffer.alloc(200_000_000)),
      /^The backup is damaged: a line of it is too long/,
    ],
    [
      "that swells in a table",
      () =>
        gzipSync(
          Buffer.concat([Buffer.from(text.slice(0, text.indexOf("\nt\t") + 2)), Buffer.alloc(200_000_000)]),
        ),
      /^The backup is damaged: a line of it is too long/,
    ],
    [
      "with more behind it",
      () => gzipSync(`${text}more\n`),
      /^The backup is damaged: something follows its end/,
    ],
    [
      "with another text",
      () => gzipSync(text.replace("canary 3", "canary 4")),
      /the rows of \w+ are not those/,
    ],
    [
      "without a row",
      () => gzipSync(text.replace(/^.*\tcanary 3\t.*\n/m, "")),
      /the rows of tasks are not those/,
    ],
    [
      "of a later format",
      () => forge((all) => all.replace('"version":1', '"version":2')),
      /newer than this Ownlist/,
    ],
  ])("%s", async (_, make, words) => {
    await expect(check(make())).rejects.toThrow(words);
  });

  it("by the command, with status 1, from a file and from a pipe", async () => {
    const file = write(good.subarray(0, -20));
    const said = {
      status: 1,
      stdout: "",
      stderr: "The backup is damaged: it is cut off. Take another one.\n",
    };
    expect(await run(target, "check-backup", file)).toEqual(said);
    expect(await run(target, "check-backup", join(file, "..", "none"))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^There is no file .*none\.\n$/),
    });
    expect(await run(target, "restore", folder())).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/ is a folder\.\n$/),
    });
  });
});

describe("a restore that fails leaves the database as it was", () => {
  it.each<[string, () => Buffer, RegExp]>([
    ["by a file that ends too early", () => good.subarray(0, -20), /^The backup is damaged: it is cut off/],
    [
      "by rows that are others",
      () => gzipSync(text.replace("canary 3", "canary 4")),
      /^The backup is damaged: the rows/,
    ],
    [
      "by a task of nobody's",
      () =>
        forge((all) =>
          all.replaceAll(/^[\w-]+(?=\t[\w-]+\tcanary 3\t)/gm, "00000000-0000-7000-8000-000000000000"),
        ),
      /^The rows of tasks don't fit the database \(SQLSTATE 23503\)/,
    ],
    [
      "by a value of another type",
      () => forge((all) => all.replace(/\t0\t1\t(?=20)/, "\tsecret\t1\t")),
      /^The rows of tasks don't fit the database \(SQLSTATE 22P02\)\.$/,
    ],
    [
      "by a value that reads as another",
      () => forge((all) => all.replace(/\t0\t1\t(?=20)/, "\t00\t1\t")),
      /^The rows of tasks are not the same in the database as in the backup\.$/,
    ],
    [
      "by a table that is missing",
      () => forge((all) => all.replace(/\{"table":"codes"[\s\S]*(?=\{"table":"security_events")/, "")),
      /^The backup is damaged: its tables are not those of its version/,
    ],
    [
      "by the last table missing",
      () => forge((all) => all.replace(/\{"table":"tasks"[\s\S]*/, "")),
      /^The backup is damaged: there are tables missing/,
    ],
    [
      "by columns in another order",
      () => forge((all) => all.replace('"name","hashed_password"', '"hashed_password","name"')),
      /^The backup is damaged: its tables are not/,
    ],
    [
      "by a migration of a newer Ownlist",
      () => forge((all) => all.replace("_installation", "_of_tomorrow")),
      /^The backup is from a newer Ownlist \(it has the migration 20261127000000_of_tomorrow\): update Ownlist\.$/,
    ],
    [
      "by a migration that is another",
      () => forge((all) => all.replace(/"checksum":"./, '"checksum":"x').replace('"x', '"0')),
      /^The backup was made after another migration 20261121000000_init than/,
    ],
  ])("%s, and the next one goes through", async (_, make, words) => {
    const before = [await contentsOf(target.admin), await catalogueOf(target.admin)];
    const { status, stdout, stderr } = await run(target, "restore", write(make()));
    expect([status, stdout, stderr.trimEnd()]).toEqual([1, "", expect.stringMatching(words)]);
    expect([await contentsOf(target.admin), await catalogueOf(target.admin)]).toEqual(before);
  });

  it("after all of these a good one is restored", async () => {
    await done(target, "restore", write(good));
    expect(await contentsOf(target.admin)).toEqual(await contentsOf(source.admin));
  });
});
