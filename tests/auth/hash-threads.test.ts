import { lookup } from "node:dns/promises";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createHashThreads } from "../../src/features/accounts/hash-threads.ts";
import { createPasswords } from "../../src/features/accounts/passwords.ts";
import { createLog } from "../../src/runtime/log.ts";
import { holdComparisons, watchHashing } from "./hash-jobs.ts";

/** Takes a second of a core or so, during which everything else has to go on. */
const long = 14;
const password = "a password for nobody else";

function openThreads(priority: number | null = null) {
  const threads = createHashThreads(0, priority);
  onTestFinished(threads.close);
  return threads;
}

const sender = { network: "n", isGone: () => false };

function openPasswords({ processes = 1, log = createLog("silent") } = {}) {
  const passwords = createPasswords({ cost: 4, minLength: 8, processes, log });
  onTestFinished(passwords.close);
  return passwords;
}

/** The nice value of each of this process's threads, by its id; one that has just ended is not among them. */
function priorities(): Map<string, number> {
  const tasks = readdirSync("/proc/self/task").flatMap((id): [string, number][] => {
    try {
      const stat = readFileSync(`/proc/self/task/${id}/stat`, "utf8");
      // The name, which is the second field, may have spaces in it; nice is the nineteenth.
      return [[id, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16])]];
    } catch {
      return [];
    }
  });
  return new Map(tasks);
}

/** @returns the threads that have been asked for something, in order */
function watchThreads(): Worker[] {
  watchHashing();
  return vi.mocked(Worker.prototype.postMessage).mock.contexts as Worker[];
}

describe("threads hash as bcrypt does:", () => {
  // From crypt_blowfish's own tests (openwall.com), which everybody's have to agree with.
  const known: [password: string, hash: string][] = [
    ["U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
    ["U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"],
    ["U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"],
    ["", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"],
    [
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
      "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
    ],
  ];

  it.each(known)("%j, with both prefixes", async (typed, hash) => {
    const { compare } = openThreads();
    for (const each of [hash, hash.replace("$2a$", "$2b$")]) {
      expect([await compare(typed, each), await compare(`${typed.slice(1)}!`, each)]).toEqual([true, false]);
    }
  });

  it("what they have made is right, with a salt of its own, and nothing is that of no hash", async () => {
    const { hash, compare } = openThreads();
    const [one = "", other = ""] = await Promise.all([hash(password, 4), hash(password, 4)]);
    for (const each of [one, other]) expect(each).toMatch(/^\$2b\$04\$[./A-Za-z0-9]{53}$/);
    expect(one).not.toBe(other);
    const answers = [one, other, `${one.slice(0, -1)}_`, "no hash", ""].map((each) =>
      compare(password, each),
    );
    expect(await Promise.all(answers)).toEqual([true, true, false, false, false]);
  });

  it("what is above 72 bytes never matches, though bcrypt would read no more of it", async () => {
    const passwords = openPasswords();
    const hash = await passwords.hash("x".repeat(72), sender);
    const verify = (length: number) => passwords.verify("x".repeat(length), hash, sender);
    expect([await verify(71), await verify(72), await verify(73)]).toEqual([false, true, false]);
    expect(await passwords.verify("x".repeat(72), null, sender)).toBe(false);
  });
});

describe("a thread", () => {
  it("takes one job after the other, and only as many are there as there are jobs at once", async () => {
    const used = watchThreads();
    const { hash } = openThreads();
    for (let count = 0; count < 5; count++) await hash(password, 4);
    expect(new Set(used).size).toBe(1);
    await Promise.all([hash(password, 4), hash(password, 4), hash(password, 4)]);
    for (let count = 0; count < 5; count++) await Promise.all([hash(password, 4), hash(password, 4)]);
    expect(new Set(used).size).toBe(3);
  });

  it.runIf(os.platform() === "linux")(
    "has a low priority beyond the first, and nothing else has",
    async () => {
      const own = os.getPriority();
      const before = priorities();
      const { hash, close } = createHashThreads(1, own + 5);
      onTestFinished(close);
      await Promise.all([hash(password, 4), hash(password, 4), hash(password, 4)]);
      const started = [...priorities()].filter(([id]) => !before.has(id));
      expect(started.map(([, priority]) => priority).sort()).toEqual([own, own + 5, own + 5]);
      // One at a time, it is the first that does it.
      const used = watchThreads();
      for (let count = 0; count < 5; count++) await hash(password, 4);
      expect(new Set(used).size).toBe(1);
      for (const [id, priority] of priorities()) if (before.has(id)) expect(priority).toBe(before.get(id));
      expect(os.getPriority()).toBe(own);
    },
  );

  it("hashes as it is where it can't have its priority", async () => {
    const beyond = 20;
    expect(() => os.setPriority(beyond)).toThrow();
    expect(await openThreads(beyond).hash(password, 4)).toMatch(/^\$2b\$/);
  });

  it("keeps the process from ending while it has something to do, and only then", async () => {
    const count = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
    // Those of other tests may still be ending.
    await vi.waitUntil(() => count() === 0);
    const { hash } = openThreads();
    for (let round = 0; round < 2; round++) {
      const hashed = hash(password, 4);
      expect(count()).toBe(1);
      await hashed;
      expect(count()).toBe(0);
    }
  });

  it("that is killed fails its job alone, and the next has another", async () => {
    const used = watchThreads();
    const { hash, compare } = openThreads();
    const [killed, other] = [hash(password, long), hash(password, 4)];
    await used[0]?.terminate();
    await expect(killed).rejects.toThrow("A thread that hashes has ended: no reason given.");
    expect(await compare(password, await other)).toBe(true);
    await hash(password, 4);
    expect(new Set(used).size).toBe(2);
    await Promise.all([hash(password, 4), hash(password, 4)]);
    expect(new Set(used).size).toBe(3);
  });

  it("that has a fault fails its job with an error that has nothing of the password", async () => {
    const { hash, compare } = openThreads();
    const error = await compare(password, {} as string).then(
      () => expect.fail("it went well"),
      (reason) => reason,
    );
    expect(error.message).toBe("A thread that hashes has ended: no reason given.");
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(password);
    expect(await hash(password, 4)).toMatch(/^\$2b\$/);
  });

  it("ends when there was nothing to do for a while, and another starts when there is", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const used = watchThreads();
    const { hash } = openThreads();
    await Promise.all([hash(password, 4), hash(password, 4)]);
    const ended = used.map(
      (thread) => new Promise<boolean>((resolve) => thread.once("exit", () => resolve(true))),
    );
    for (let count = 0; count < 4; count++) {
      await vi.advanceTimersByTimeAsync(10_000);
      await hash(password, 4);
    }
    // One was enough for that, and it was the same each time.
    const [first, second] = used;
    const last = used.at(-1);
    expect(await ended[last === first ? 1 : 0]).toBe(true);
    await hash(password, 4);
    expect(used.at(-1)).toBe(last);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await ended[last === first ? 0 : 1]).toBe(true);
    await hash(password, 4);
    expect([first, second]).not.toContain(used.at(-1));
  });
});

it("files are read and names looked up while many hash", async () => {
  const { hash } = openThreads();
  const all = Array.from({ length: 4 });
  await Promise.all(all.map(() => hash(password, 4)));
  let done = 0;
  const running = all.map(() => hash(password, long).finally(() => done++));
  const settled = Promise.allSettled(running);
  for (let count = 0; count < 20; count++) {
    await Promise.all([readFile(import.meta.filename), lookup("localhost")]);
  }
  expect(done).toBe(0);
  await settled;
});

describe("when all is closed", () => {
  it("what is being hashed fails at once, and nothing is any more", async () => {
    const used = watchThreads();
    const threads = createHashThreads(0, null);
    await threads.hash(password, 4);
    const running = [threads.hash(password, 15), threads.compare(password, `$2b$15$${".".repeat(53)}`)];
    const ended = used.slice(1).map((thread) => new Promise((resolve) => thread.once("exit", resolve)));
    let isEnded = false;
    void Promise.race(ended).then(() => {
      isEnded = true;
    });
    const outcomes = Promise.allSettled(running);
    threads.close();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({
        reason: { message: "A thread that hashes has ended: it was told to." },
      });
    expect(isEnded).toBe(false);
    const before = used.length;
    await expect(threads.hash(password, 4)).rejects.toThrow("Nothing is hashed any more");
    expect(used.length).toBe(before);
    await Promise.all(ended);
  });
});

describe("at once hash", () => {
  /** @returns how many of twenty comparisons are begun at once on such a machine, and the log */
  async function begin(machine: {
    cores: number;
    processes: number;
    platform?: NodeJS.Platform;
    error?: Error;
  }) {
    const { held, letGo } = holdComparisons();
    vi.spyOn(os, "availableParallelism").mockReturnValue(machine.cores);
    vi.spyOn(os, "platform").mockReturnValue(machine.platform ?? "linux");
    vi.spyOn(os, "setPriority").mockImplementation(() => {
      if (machine.error) throw machine.error;
    });
    syncBuiltinESMExports();
    // The spies are gone by then.
    onTestFinished(syncBuiltinESMExports);
    const lines: string[] = [];
    const log = createLog("debug", { write: (line) => void lines.push(line) });
    const passwords = openPasswords({ processes: machine.processes, log });
    const all = Array.from({ length: 20 }, () => passwords.verify(password, null, sender));
    await vi.waitUntil(() => held.length > 0);
    const begun = held.length;
    letGo();
    await Promise.all(all);
    return { begun, lines };
  }

  it.each([
    ["as many as there are cores", { cores: 2, processes: 1 }, 2],
    ["no more than memory is for", { cores: 64, processes: 1 }, 8],
    ["a share of the cores in each of several processes", { cores: 4, processes: 2 }, 2],
    ["one in each at least", { cores: 2, processes: 4 }, 1],
    [
      "all but one where threads have no priority",
      { cores: 4, processes: 1, platform: "darwin" as const },
      3,
    ],
    ["one on one core", { cores: 1, processes: 1, platform: "win32" as const }, 1],
  ])("%s", async (_, machine, expected) => {
    expect(await begin(machine)).toEqual({ begun: expected, lines: [] });
  });

  it("all but one where it can't be set, which is said once", async () => {
    const error = Object.assign(new Error("not permitted"), { code: "EPERM" });
    const { begun, lines } = await begin({ cores: 4, processes: 1, error });
    expect([begun, lines.length]).toEqual([3, 1]);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: 20, err: { code: "EPERM" } });
  });
});
