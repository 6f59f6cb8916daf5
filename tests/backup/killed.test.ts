import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { environmentOf, startAdmin } from "../admin/admin-command.ts";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";
import { done, folder, takeBackup } from "./backups.ts";
import { catalogueOf, contentsOf } from "./contents.ts";

const timeout = 20_000;
const user = "00000000-0000-7000-8000-00000000000a";

let source: TestDatabase;
let admin: pg.Client;
let file: string;
beforeAll(async () => {
  source = await createDatabase();
  admin = new pg.Client(source.admin);
  await admin.connect();
  await admin.query(
    `INSERT INTO users (id, email, email_key, hashed_password, created_at) VALUES ('${user}', 'a', 'a', 'x', now());
     INSERT INTO tasks (user_id, id, title, title_key, title_search, description, created_at, updated_at)
       SELECT '${user}', gen_random_uuid(), 'old', 'old', 'old',
         (SELECT string_agg(md5(n || '.' || m), '') FROM generate_series(1, 60) AS m), now(), now()
       FROM generate_series(1, 4000) AS n`,
  );
  file = await takeBackup(source);
});
afterAll(async () => {
  await admin.end();
  await source.drop();
});

const environment = (database: TestDatabase) =>
  environmentOf(database as Parameters<typeof environmentOf>[0]);

describe("kill -9 of a backup", () => {
  it.each([0, 1, 1_000_000, 4_000_000])(
    "after %d bytes leaves no file of its name, and the next one goes through",
    async (bytes) => {
      const path = join(folder(), "file");
      const child = startAdmin(["backup", path], environment(source));
      // On a fast machine it is through before.
      const has = () => existsSync(path) || statSync(`${path}.part`).size >= bytes;
      await vi.waitFor(() => expect(has()).toBe(true), { timeout, interval: 1 });
      child.kill("SIGKILL");
      await once(child, "exit");
      if (existsSync(path)) await done(source, "check-backup", path);
      await done(source, "backup", path, "--force");
      expect(await done(source, "check-backup", path)).toContain("4000 tasks");
      expect(existsSync(`${path}.part`)).toBe(false);
    },
  );
});

describe("kill -9 of a restore", () => {
  it.each([0.02, 0.5, 0.99])(
    "after %d of the file leaves an empty database that takes the next one",
    async (part) => {
      const target = await createDatabase();
      const before = [await contentsOf(target.admin), await catalogueOf(target.admin)];
      const child = startAdmin(["restore", "-"], environment(target));
      child.stdin.on("error", () => {});
      const bytes = readFileSync(file);
      child.stdin.write(bytes.subarray(0, bytes.length * part));
      const watcher = new pg.Client(target.admin);
      await watcher.connect();
      const sessions = async (condition: string) =>
        (
          await watcher.query(
            `SELECT FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() AND ${condition}`,
            [target.admin.database],
          )
        ).rowCount;
      await vi.waitFor(async () => expect(await sessions("query LIKE 'COPY %'")).toBe(1), { timeout });
      child.kill("SIGKILL");
      await once(child, "exit");
      const open = inject("pooler") === null ? "true" : "state <> 'idle'";
      await vi.waitFor(async () => expect(await sessions(open)).toBe(0), { timeout });
      await watcher.end();
      expect([await contentsOf(target.admin), await catalogueOf(target.admin)]).toEqual(before);
      await done(target, "restore", file);
      expect(await contentsOf(target.admin)).toEqual(await contentsOf(source.admin));
      await target.drop();
    },
  );
});
