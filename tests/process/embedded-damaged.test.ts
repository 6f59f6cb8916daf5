import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCluster } from "../../src/db/embedded/cluster.ts";
import { clusterOwner } from "../../src/db/embedded/owner.ts";
import { ask, start } from "./embedded-use.ts";
import { postmasterOf, temporaryFolder } from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";

/** Everything that is there, with its size. */
function listing(dir: string): string {
  return execFileSync("find", [dir, "-printf", "%P %s %U %m %T@\n"], { encoding: "utf8" });
}

/** Where a table or an index of the server's database has its file. */
async function fileOf(dataDir: string, name: string): Promise<string> {
  const embedded = await start(dataDir);
  const [row] = await ask<{ path: string }>(embedded, `SELECT pg_relation_filepath('${name}') AS path`);
  await embedded.stop();
  return row?.path ?? "";
}

describe("a database that is not all there is told of, and left as it is", () => {
  it.each([
    "PG_VERSION",
    "global/pg_control",
    "global/pg_filenode.map",
    "base/1",
    "pg_xact",
    "pg_multixact/offsets",
    "pg_wal",
    "postgresql.conf",
    "pg_hba.conf",
  ])("without %s", async (name) => {
    const dataDir = await usedFolder();
    const clusterDir = join(dataDir, "postgres");
    rmSync(join(clusterDir, name), { recursive: true });
    const before = listing(clusterDir);
    await expect(start(dataDir)).rejects.toThrow(
      new RegExp(
        `^The database in ${clusterDir} is damaged or half a copy \\(${name}.* is missing\\), and was left as it is: `,
      ),
    );
    expect(listing(clusterDir)).toBe(before);
  });

  it("without the log of changes", async () => {
    const dataDir = await usedFolder();
    for (const name of readdirSync(join(dataDir, "postgres/pg_wal"))) {
      rmSync(join(dataDir, "postgres/pg_wal", name), { recursive: true });
    }
    await expect(start(dataDir)).rejects.toThrow("(there is no log of changes in pg_wal)");
  });

  it("as a folder that holds something else", async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, "postgres"));
    writeFileSync(join(dataDir, "postgres/letter"), "dear");
    await expect(start(dataDir)).rejects.toThrow("(PG_VERSION is missing)");
    expect(readdirSync(join(dataDir, "postgres"))).toEqual(["letter"]);
  });

  it("as another version's", async () => {
    const dataDir = await usedFolder();
    writeFileSync(join(dataDir, "postgres/PG_VERSION"), "17\n");
    await expect(start(dataDir)).rejects.toThrow(
      `The database in ${dataDir}/postgres is PostgreSQL 17's, and this Ownlist runs 18: start the Ownlist that made it, and bring the data over with a backup.`,
    );
  });

  it.each([
    ["a table", "kept"],
    ["an index", "tasks_pkey"],
    ["a catalogue", "pg_class"],
    ["a catalogue's index", "pg_class_oid_index"],
  ])("without the file of %s", async (_what, name) => {
    const dataDir = await usedFolder();
    const path = await fileOf(dataDir, name);
    rmSync(join(dataDir, "postgres", path));
    await expect(start(dataDir)).rejects.toThrow(
      / is damaged or half a copy \(.*base\/\d+\/\d+.*\), and was/,
    );
    expect(postmasterOf(dataDir)).toBeNull();
  });

  it("with an index that was cut off", async () => {
    const dataDir = await usedFolder();
    const path = await fileOf(dataDir, "tasks_pkey");
    truncateSync(join(dataDir, "postgres", path));
    await expect(start(dataDir)).rejects.toThrow(`(${path} is missing or empty)`);
  });

  it("without the folder of the server's own database", async () => {
    const dataDir = await usedFolder();
    const folder = (await fileOf(dataDir, "kept")).split("/").slice(0, 2).join("/");
    rmSync(join(dataDir, "postgres", folder), { recursive: true });
    await expect(start(dataDir)).rejects.toThrow(
      'is damaged or half a copy (database "ownlist" does not exist)',
    );
  });
});

describe("a folder for the database", () => {
  it("may be there, as long as it is empty", async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, "postgres"));
    expect(await ask(await start(dataDir), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});

describe("a database that can't be made", () => {
  it("for want of the C library that PostgreSQL's programs name, is told of so", async () => {
    const dataDir = temporaryFolder();
    chmodSync(dataDir, 0o755);
    const initdb = join(dataDir, "initdb");
    writeFileSync(initdb, "#!/nowhere/ld-linux.so\n", { mode: 0o755 });
    const clusterDir = join(dataDir, "postgres");
    const made = createCluster(clusterDir, {
      dataDir,
      initdb,
      owner: clusterOwner(dataDir, clusterDir),
      logPath: join(dataDir, "postgres.log"),
    });
    await expect(made).rejects.toThrow(
      "The database could not be made: the built-in PostgreSQL needs glibc, which this system (Alpine Linux?) has not: use another, or set DATABASE_URL.",
    );
    expect(readdirSync(dataDir).sort()).toEqual(["initdb", "postgres.log"]);
  });
});
