import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createDatabase, type TestDatabase } from "../helpers/database.ts";
import { type Pooler, startPooler } from "../setup/pooler.ts";
import { roleName } from "../setup/template-database.ts";
import { ask, createTask, signUp, titlesOf } from "./api.ts";
import { startOwnlist } from "./ownlist-process.ts";

describe.skipIf(!existsSync("/usr/sbin/pgbouncer"))("a start behind PgBouncer in transaction mode", () => {
  let database: TestDatabase;
  let pooler: Pooler;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await createDatabase();
    pooler = await startPooler(inject("postgres"), roleName);
    const DATABASE_URL = `postgresql://${roleName}@${pooler.host}:${pooler.port}/${database.admin.database}`;
    env = { DATABASE_URL, JWT_SECRET: randomBytes(32).toString("base64url"), BCRYPT_COST: "4" };
  });
  afterAll(async () => {
    await pooler.stop();
    await database.drop();
  });

  it.each([
    ["one process", "1"],
    ["two processes", "2"],
  ])("works without DATABASE_PREPARE=off in %s, and says once that it should be set", async (_, count) => {
    const ownlist = startOwnlist({ ...env, WEB_CONCURRENCY: count });
    const url = await ownlist.ready;
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    const names = Array.from({ length: 4 }, (_, n) => `bounced-${count}-${n}`);
    const titles = await Promise.all(
      names.map(async (name) => {
        const token = await signUp(url, name);
        for (let n = 0; n < 3; n++) await ask(url, createTask(name), token);
        return titlesOf(url, token);
      }),
    );
    expect(titles).toEqual(names.map((name) => [name, name, name]));
    expect(ownlist.stdout().match(/DATABASE_PREPARE=off/g)).toHaveLength(1);
  });

  it("has nothing to say when it is set", async () => {
    const ownlist = startOwnlist({ ...env, DATABASE_PREPARE: "off" });
    await signUp(await ownlist.ready, "told");
    expect(ownlist.stdout()).not.toContain("DATABASE_PREPARE");
  });
});
