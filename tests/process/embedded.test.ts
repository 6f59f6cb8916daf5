import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Embedded, startEmbedded } from "../../src/db/embedded/embedded.ts";
import { ask } from "./embedded-use.ts";
import { isRunning, patience, postmasterOf } from "./ownlist-process.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ownlist-embedded-"));
const messages: string[] = [];
let embedded: Embedded;

beforeAll(async () => {
  // What a start that was killed while it made a database leaves: a folder, and a process number that is nobody's.
  mkdirSync(join(dataDir, "postgres.new-4194303/base"), { recursive: true });
  embedded = await startEmbedded({ dataDir, onProgress: (message) => messages.push(message) });
});

afterAll(async () => {
  const pid = Number(postmasterOf(dataDir));
  await embedded.stop();
  expect(isRunning(pid)).toBe(false);
  expect(postmasterOf(dataDir)).toBeNull();
  rmSync(dataDir, { recursive: true });
});

describe("a PostgreSQL that a server starts for itself", () => {
  it("is made on the first start, which says what takes its time", () => {
    expect(messages).toEqual([`Making a database in ${dataDir}/postgres …`, "Starting PostgreSQL …"]);
    expect(statSync(join(dataDir, "postgres.new-4194303"), { throwIfNoEntry: false })).toBeUndefined();
  });

  it("listens on a socket in a folder that only its owner can enter, and on no port", async () => {
    const { host, port } = embedded.connection;
    expect(statSync(host).mode & 0o777).toBe(0o700);
    expect(statSync(join(host, `.s.PGSQL.${port}`)).mode & 0o777).toBe(0o700);
    expect(await ask(embedded, "SHOW listen_addresses")).toEqual([{ listen_addresses: "" }]);
  });

  it("has everything on the disk before it acknowledges it", async () => {
    const names = ["fsync", "full_page_writes", "synchronous_commit"];
    const settings = await Promise.all(names.map((name) => ask(embedded, `SHOW ${name}`)));
    expect(settings.flat()).toEqual(names.map((name) => ({ [name]: "on" })));
  });

  it("sorts and folds letters alike on every machine", async () => {
    const [row] = await ask(
      embedded,
      `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider, datlocale, lower('ÄÉ'), 'Z' < 'a' AS bytes
       FROM pg_database WHERE datname = current_database()`,
    );
    const locale = { datlocprovider: "b", datlocale: "C.UTF-8" };
    expect(row).toEqual({ encoding: "UTF8", ...locale, lower: "äé", bytes: true });
  });

  it("gives the server a role that owns its database and can't get around its rules", async () => {
    const [role] = await ask(
      embedded,
      `SELECT rolname, rolsuper, rolbypassrls, pg_get_userbyid(datdba) AS owner FROM pg_roles, pg_database
       WHERE rolname = current_user AND datname = current_database()`,
    );
    expect(role).toEqual({ rolname: "ownlist", rolsuper: false, rolbypassrls: false, owner: "ownlist" });
  });

  it("keeps what users write out of its log", async () => {
    await ask(
      embedded,
      "CREATE TABLE secrets (word text PRIMARY KEY); INSERT INTO secrets VALUES ('canary')",
    );
    await expect(ask(embedded, "INSERT INTO secrets VALUES ('canary')")).rejects.toThrow(/duplicate key/);
    await expect(ask(embedded, "SELECT 'canary'::int")).rejects.toThrow(/invalid input/);
    expect(readFileSync(join(dataDir, "postgres.log"), "utf8")).not.toContain("canary");
  });

  it("goes on when every connection is cut, the one that holds the data too", async () => {
    const admin = { connection: { ...embedded.connection, user: "postgres", database: "postgres" } };
    const holders = "FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted";
    const holder = async () => (await ask<{ pid: number }>(admin, `SELECT pid ${holders}`))[0]?.pid;
    for (let round = 0; round < 3; round++) {
      const before = await holder();
      await ask(admin, `SELECT pg_terminate_backend(pid) ${holders}`);
      await expect.poll(async () => ((await holder()) ?? before) !== before).toBe(true);
    }
    expect(await ask(embedded, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("refuses a second server on its data within two seconds, and names the one that has them", async () => {
    const since = Date.now();
    await expect(startEmbedded({ dataDir, onProgress: () => {} })).rejects.toThrow(
      `Another Ownlist (process ${process.pid}) is using the data in ${dataDir}`,
    );
    expect(Date.now() - since).toBeLessThan(2000 * patience);
    expect(await ask(embedded, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});
