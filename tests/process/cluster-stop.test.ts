import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { connect, createTask, isReady, signUp, titlesOf } from "./api.ts";
import { isRunning, patience, postmasterOf, startOwnlist, until } from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";
import { logOf, workersOf } from "./workers.ts";

/** Milliseconds; each test starts several processes and a database. */
const timeout = 60_000;

const servers: Server[] = [];

async function takenPort(): Promise<number> {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Two processes on an embedded database, and everything that runs for them. */
async function startTwo() {
  const dataDir = await usedFolder();
  const ownlist = startOwnlist({ OWNLIST_DATA: dataDir, WEB_CONCURRENCY: "2" });
  const url = await ownlist.ready;
  return { dataDir, ownlist, url, workers: workersOf(ownlist), postmaster: Number(postmasterOf(dataDir)) };
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe("several server processes", { timeout }, () => {
  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "end in order on %s, whether one gets it or all: status 0, nothing left",
    async (signal) => {
      const { ownlist, workers, postmaster } = await startTwo();
      // A terminal sends Ctrl-C to all of them, and npm passes it on.
      if (signal !== "SIGTERM") for (const pid of workers) process.kill(pid, signal);
      ownlist.child.kill(signal);
      expect(await ownlist.exited).toBe(0);
      expect([postmaster, ...workers].filter(isRunning)).toEqual([]);
      expect(ownlist.stderr()).toBe("");
      expect(logOf(ownlist).map(({ msg }) => msg)).toEqual(["stopping"]);
    },
  );

  it("don't end by a signal that they alone get", async () => {
    const { ownlist, workers, url } = await startTwo();
    for (const pid of workers) process.kill(pid, "SIGTERM");
    expect(await isReady(url)).toBe(true);
    expect(workersOf(ownlist)).toEqual(workers);
  });

  it("answer what is in flight before they end, and take nothing new", async () => {
    const { ownlist, url, dataDir } = await startTwo();
    const token = await signUp(url, "ada");
    const connections = Array.from({ length: 6 }, () => connect(url, token));
    const finishers = await Promise.all(
      connections.map((connection, index) => connection.begin(createTask(`task ${index}`))),
    );
    ownlist.child.kill("SIGTERM");
    await until(async () => !(await isReady(url)));
    const answers = await Promise.all(finishers.map((finish) => finish()));
    expect(answers.map(({ status, text }) => [status, text.includes('"id"')])).toEqual(
      connections.map(() => [200, true]),
    );
    expect(await ownlist.exited).toBe(0);
    const next = startOwnlist({ OWNLIST_DATA: dataDir });
    expect(await titlesOf(await next.ready, token)).toHaveLength(6);
  });

  it("end at once on a second signal, and still let the database end in order", async () => {
    const { ownlist, workers, postmaster } = await startTwo();
    process.kill(Number(workers[0]), "SIGSTOP");
    ownlist.child.kill("SIGTERM");
    await until(() => !isRunning(Number(workers[1])));
    const since = performance.now();
    await until(() => {
      // What comes too soon is taken for the first one.
      ownlist.child.kill("SIGTERM");
      return ownlist.child.exitCode !== null;
    });
    expect(await ownlist.exited).toBe(1);
    expect(performance.now() - since).toBeLessThan(700 * patience);
    await until(() => ![postmaster, ...workers].some(isRunning));
  });

  it("end by themselves when the first of them is killed, and the next start finds everything", async () => {
    const { ownlist, workers, url, dataDir, postmaster } = await startTwo();
    const token = await signUp(url, "grace");
    const finish = await connect(url, token).begin(createTask("in flight"));
    ownlist.child.kill("SIGKILL");
    await until(async () => !(await isReady(url)));
    expect((await finish()).text).toContain('"id"');
    await until(() => !workers.some(isRunning));
    expect(isRunning(postmaster)).toBe(true);
    const next = startOwnlist({ OWNLIST_DATA: dataDir, PORT: new URL(url).port, WEB_CONCURRENCY: "2" });
    expect(await titlesOf(await next.ready, token)).toEqual(["in flight"]);
    next.child.kill("SIGTERM");
    expect(await next.exited).toBe(0);
    expect(isRunning(postmaster)).toBe(false);
  });
});

describe("a start of several that can't succeed says so once, and ends with status 1", { timeout }, () => {
  const nowhere = "postgresql://ownlist@127.0.0.1:1/ownlist";
  it.each([
    ["a port that is taken", async () => ({ PORT: String(await takenPort()) }), /Port \d+ is taken on/],
    ["an address that is not this machine's", async () => ({ HOST: "192.0.2.1" }), /192.0.2.1 is no address/],
    [
      "a database where nothing listens",
      async () => ({ DATABASE_URL: nowhere, JWT_SECRET: randomBytes(32).toString("hex") }),
      /The database can't be reached/,
    ],
  ])("with %s", async (_, env, line) => {
    const given = { OWNLIST_DATA: await usedFolder(), WEB_CONCURRENCY: "3", ...(await env()) };
    const ownlist = startOwnlist(given);
    expect(await ownlist.exited).toBe(1);
    expect(ownlist.stderr()).toMatch(line);
    expect(ownlist.stderr().match(/\n/g)).toHaveLength(1);
    expect(logOf(ownlist)).toEqual([]);
  });
});
