import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { patience, startOwnlist, temporaryFolder } from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";

const secret = randomBytes(32).toString("base64url");
const servers: Server[] = [];

/** A port that is taken by somebody who accepts connections and never answers. */
async function takenPort(): Promise<number> {
  const server = createServer(() => {});
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Starts a server that can't be: one line, status 1, within five seconds. */
async function refusal(env: Record<string, string>): Promise<string> {
  const since = Date.now();
  const ownlist = startOwnlist(env);
  const status = await ownlist.exited;
  const line = ownlist.stderr();
  expect.soft({ status, lines: line.split("\n").length - 1, stdout: ownlist.stdout() }).toEqual({
    status: 1,
    lines: 1,
    stdout: expect.not.stringContaining("ready"),
  });
  expect.soft(Date.now() - since).toBeLessThan(5000 * patience);
  return line;
}

function database(url: string): Record<string, string> {
  return { DATABASE_URL: url, JWT_SECRET: secret };
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe("a start that can't succeed says why in a line, and ends with status 1", () => {
  it("with a secret that is too short", async () => {
    expect(await refusal({ JWT_SECRET: "too-short", OWNLIST_DATA: temporaryFolder() })).toMatch(
      /^Ownlist can't start: JWT_SECRET has 9 bytes; it takes 32 at least\. Make one with: .+\n$/,
    );
  });

  it("with several mistakes in the configuration, in a line each", async () => {
    const ownlist = startOwnlist({ PORT: "http", BCRYPT_COST: "1", DATABASE_URL: "db" });
    expect(await ownlist.exited).toBe(1);
    const names = ownlist.stderr().match(/^Ownlist can't start: \w+/gm);
    expect(names?.map((name) => name.split(": ")[1])).toEqual([
      "PORT",
      "DATABASE_URL",
      "BCRYPT_COST",
      "JWT_SECRET",
    ]);
  });

  it("with a port that is taken", async () => {
    const taken = await takenPort();
    expect(await refusal({ PORT: String(taken), OWNLIST_DATA: await usedFolder() })).toBe(
      `Ownlist can't start: Port ${taken} is taken on 127.0.0.1: stop what uses it, or set PORT to another.\n`,
    );
  });

  it("with an address that is not this machine's", async () => {
    expect(await refusal({ HOST: "192.0.2.1", OWNLIST_DATA: await usedFolder() })).toContain(
      "192.0.2.1 is no address of this machine",
    );
  });

  it("with a data folder that is a file, or that no folder can be made in", async () => {
    const path = join(temporaryFolder(), "file");
    writeFileSync(path, "");
    expect(await refusal({ OWNLIST_DATA: path })).toContain(`The data folder ${path} can't be written to`);
    expect(await refusal({ OWNLIST_DATA: "/proc/ownlist" })).toContain(
      "The data folder /proc/ownlist can't be written to",
    );
  });

  // Root may write everywhere.
  if (process.getuid?.() !== 0) {
    it("with a data folder that it may not write to", async () => {
      const path = join(temporaryFolder(), "data");
      mkdirSync(path, { mode: 0o500 });
      expect(await refusal({ OWNLIST_DATA: path })).toContain("permission denied");
      chmodSync(path, 0o700);
    });
  }

  it("with a database where nothing listens", async () => {
    expect(await refusal(database("postgresql://ownlist:hunter2@127.0.0.1:1/ownlist"))).toBe(
      "Ownlist can't start: The database can't be reached (ECONNREFUSED): does it run, and does DATABASE_URL name it?\n",
    );
  });

  it("with a database that does not answer", async () => {
    const line = await refusal(
      database(`postgresql://ownlist:hunter2@127.0.0.1:${await takenPort()}/ownlist`),
    );
    expect(line).toContain("The database can't be reached");
    expect(line).not.toContain("hunter2");
  });

  it("with a database whose host nobody knows", async () => {
    expect(await refusal(database("postgresql://ownlist@database.invalid/ownlist"))).toContain(
      "host is not known",
    );
  });
});

describe("the secret in the data folder", () => {
  it("is refused in words when it has been cut short", async () => {
    const dataDir = await usedFolder();
    writeFileSync(join(dataDir, "jwt-secret"), "short");
    expect(await refusal({ OWNLIST_DATA: dataDir })).toMatch(
      /jwt-secret has 5 bytes; it takes 32 at least\. Delete/,
    );
  });

  it("is made on the first start, for its owner's eyes only, and told to nobody", async () => {
    const dataDir = await usedFolder();
    const ownlist = startOwnlist({ OWNLIST_DATA: dataDir });
    await ownlist.ready;
    const path = join(dataDir, "jwt-secret");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(ownlist.stdout() + ownlist.stderr()).not.toContain(readFileSync(path, "utf8").trim());
  });
});
