import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { emptyDatabase } from "../db/empty-database.ts";
import {
  type Answer,
  type Connection,
  connect,
  createTask,
  isReady,
  signUp,
  titlesOf,
  viewerOf,
} from "./api.ts";
import {
  isRunning,
  type OwnlistProcess,
  postmasterOf,
  startOwnlist,
  temporaryFolder,
  until,
} from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";
import { answererOf, logOf, workersOf } from "./workers.ts";

/** Milliseconds; each test starts several processes and a database. */
const timeout = 60_000;

type Known = { connection: Connection; pid: number };

/** Opens connections until there are enough to each of the processes. */
async function connectToEach(ownlist: OwnlistProcess, token: string, enough: number): Promise<Known[]> {
  const url = await ownlist.ready;
  const known: Known[] = [];
  const workers = workersOf(ownlist);
  const isMissing = () => workers.some((worker) => known.filter(({ pid }) => pid === worker).length < enough);
  while (isMissing() && known.length < 200) {
    const batch = Array.from({ length: 2 }, () => connect(url, token));
    const answers = await Promise.all(batch.map((connection) => connection.send("{ viewer { id } }")));
    await until(() => answers.every(({ id }) => answererOf(ownlist, id) !== undefined));
    batch.forEach((connection, index) => {
      known.push({ connection, pid: Number(answererOf(ownlist, answers[index]?.id ?? "")) });
    });
  }
  expect(isMissing()).toBe(false);
  return known;
}

/** Creates tasks on a connection, one after the other. */
function startWriting({ connection, pid }: Known, name: string) {
  const saved: string[] = [];
  const failures: string[] = [];
  let isStopped = false;
  let number = 0;
  async function write(): Promise<void> {
    const title = `${name} ${++number}`;
    const answer = await connection.send(createTask(title)).catch((error): Answer => {
      failures.push(error.code);
      return { status: 0, id: "", text: "" };
    });
    if (answer.text.includes('"id"')) saved.push(title);
    else if (answer.status !== 0) failures.push(answer.text);
  }
  const done = (async () => {
    while (!isStopped) await write();
  })();
  async function stop() {
    isStopped = true;
    await done;
    connection.close();
    return { saved, failures };
  }
  return { pid, saved, stop };
}

describe("several server processes", { timeout }, () => {
  it("serve on one port, say once that they are ready, and log with their numbers", async () => {
    const ownlist = startOwnlist({ OWNLIST_DATA: await usedFolder(), WEB_CONCURRENCY: "2" });
    const url = await ownlist.ready;
    const workers = workersOf(ownlist);
    expect(workers).toHaveLength(2);
    const known = await connectToEach(ownlist, await signUp(url, "ada"), 1);
    expect(new Set(known.map(({ pid }) => pid))).toEqual(new Set(workers));
    expect(ownlist.stdout().match(/Ownlist is ready/g)).toHaveLength(1);
    expect(logOf(ownlist).filter(({ pid }) => !workers.includes(Number(pid)))).toEqual([]);
  });

  it("share one database of somebody else's", async () => {
    const database = await emptyDatabase();
    const ownlist = startOwnlist({
      DATABASE_URL: database.url,
      JWT_SECRET: randomBytes(32).toString("hex"),
      WEB_CONCURRENCY: "3",
    });
    const token = await signUp(await ownlist.ready, "alan");
    for (const { connection } of await connectToEach(ownlist, token, 1)) {
      expect((await connection.send("{ viewer { email } }")).text).toContain("alan@example.org");
    }
    ownlist.child.kill("SIGTERM");
    expect(await ownlist.exited).toBe(0);
    await database.drop();
  });

  it("are started for an empty folder too", async () => {
    const ownlist = startOwnlist({ OWNLIST_DATA: temporaryFolder(), WEB_CONCURRENCY: "2" });
    const url = await ownlist.ready;
    expect(await viewerOf(url, await signUp(url, "barbara"))).toBe("barbara@example.org");
  });

  it("are none where one process is wanted", async () => {
    const ownlist = startOwnlist({ OWNLIST_DATA: await usedFolder() });
    const url = await ownlist.ready;
    expect(workersOf(ownlist)).toEqual([]);
    expect(await viewerOf(url, await signUp(url, "edsger"))).toBe("edsger@example.org");
    await until(() => logOf(ownlist).length > 0);
    expect(logOf(ownlist)[0]).not.toHaveProperty("pid");
  });

  it("have one among them that removes what has expired", async () => {
    const env = { OWNLIST_DATA: await usedFolder(), WEB_CONCURRENCY: "3", LOG_LEVEL: "debug" };
    const ownlist = startOwnlist(env);
    await ownlist.ready;
    const rounds = () => logOf(ownlist).filter(({ msg }) => msg === "removed what had expired").length;
    await until(() => rounds() > 0);
    ownlist.child.kill("SIGTERM");
    expect(await ownlist.exited).toBe(0);
    expect(rounds()).toBe(1);
  });

  it("survive their database's death: all of them are ready again by themselves", async () => {
    const dataDir = await usedFolder();
    const ownlist = startOwnlist({ OWNLIST_DATA: dataDir, WEB_CONCURRENCY: "2" });
    const url = await ownlist.ready;
    const token = await signUp(url, "grace");
    const known = await connectToEach(ownlist, token, 1);
    const postmaster = Number(postmasterOf(dataDir));
    process.kill(postmaster, "SIGKILL");
    await until(() => !isRunning(postmaster));
    await until(() => isReady(url));
    for (const { connection, pid } of known) {
      const { id, text } = await connection.send("{ viewer { email } }");
      expect(text).toContain("grace@example.org");
      await until(() => answererOf(ownlist, id) === pid);
    }
  });
});

describe("a server process that is killed", { timeout }, () => {
  it("under load takes no acknowledged write with it, disturbs no other, and is replaced", async () => {
    const ownlist = startOwnlist({ OWNLIST_DATA: await usedFolder(), WEB_CONCURRENCY: "2" });
    const url = await ownlist.ready;
    const token = await signUp(url, "ada");
    const known = await connectToEach(ownlist, token, 2);
    const writers = known.map((each, index) => startWriting(each, `writer ${index}`));
    await until(() => writers.every(({ saved }) => saved.length >= 3));
    const [killed = 0, other] = workersOf(ownlist);
    process.kill(killed, "SIGKILL");
    await until(() => logOf(ownlist).some(({ msg }) => msg === "the new server process serves"));
    const before = writers.map(({ saved }) => saved.length);
    await until(() => writers.every(({ saved }, index) => saved.length > (before[index] ?? 0)));
    const results = await Promise.all(writers.map((writer) => writer.stop()));

    for (const [index, { failures }] of results.entries()) {
      // One request at most was under way on each connection to it; the next found somebody else at once.
      expect(failures).toEqual(writers[index]?.pid === killed ? ["ECONNRESET"] : []);
    }
    const titles = new Set(await titlesOf(url, token));
    expect(results.flatMap(({ saved }) => saved).filter((title) => !titles.has(title))).toEqual([]);
    const workers = workersOf(ownlist);
    expect(workers).toHaveLength(2);
    expect(workers).toContain(other);
    expect(logOf(ownlist).find(({ worker }) => worker === killed)?.msg).toBe(
      "a server process ended: starting another",
    );
  });

  it("as soon as it starts, again and again, ends everything with a line", async () => {
    const dataDir = await usedFolder();
    const startedAt = performance.now();
    const ownlist = startOwnlist({ OWNLIST_DATA: dataDir, WEB_CONCURRENCY: "2" });
    await ownlist.ready;
    const postmaster = Number(postmasterOf(dataDir));
    const [survivor] = workersOf(ownlist);
    const isOver = () => {
      for (const pid of workersOf(ownlist)) if (pid !== survivor) process.kill(pid, "SIGKILL");
      return ownlist.stderr() !== "";
    };
    await until(isOver);
    expect(await ownlist.exited).toBe(1);
    expect(ownlist.stderr()).toBe(
      "Ownlist can't go on: a server process ended 5 times in a row within 10 seconds of its start; the log says more.\n",
    );
    const ended = logOf(ownlist).filter(({ msg }) => msg.startsWith("a server process ended"));
    // On a machine that took so long, the first had lasted before it was killed, and doesn't count.
    expect(ended.length).toBeOneOf(performance.now() - startedAt < 10_000 ? [5] : [5, 6]);
    expect([survivor, postmaster].filter((pid) => isRunning(Number(pid)))).toEqual([]);
  });

  it("before all are ready, again and again, makes the start fail with a line", async () => {
    const ownlist = startOwnlist({ OWNLIST_DATA: await usedFolder(), WEB_CONCURRENCY: "2" });
    await until(() => {
      for (const pid of workersOf(ownlist)) process.kill(pid, "SIGKILL");
      return ownlist.stderr() !== "";
    });
    expect(await ownlist.exited).toBe(1);
    expect(ownlist.stderr()).toMatch(/^Ownlist can't start: a server process ended 5 times in a row .+\n$/);
  });
});
