import { Worker } from "node:worker_threads";
import { errorCode } from "../../runtime/start-error.ts";

/** Milliseconds that a thread waits for its next job before it ends. */
const idleTime = 30_000;

/** In MiB: it holds one password at a time, and what V8 would take without a bound is of no use to it. */
const resourceLimits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };

type Job = { password: string; cost: number } | { password: string; hash: string };

type Thread = {
  /** Whether it has the priority of everything else. */
  readonly isPrompt: boolean;
  /** @throws Error where the thread ends before the job does; nothing of the job is in it */
  run(job: Job): Promise<unknown>;
  end(): void;
};

/**
 * @param priority null leaves it as it is
 * @param onEnd called once, however it ends
 */
function startThread(priority: number | null, onEnd: () => void): Thread {
  const worker = new Worker(new URL("./hash-thread.mjs", import.meta.url), {
    resourceLimits,
    workerData: { priority },
  });
  let current: PromiseWithResolvers<unknown> | undefined;
  let reason = "";
  // Below `node --watch` a thread tells of the modules that it loads as well.
  worker.on("message", (message: object) => {
    if ("result" in message) current?.resolve(message.result);
  });
  // Its code alone: what else such an error says comes from where the password is.
  worker.on("error", (error) => {
    reason = errorCode(error);
  });

  function fail(): void {
    current?.reject(new Error(`A thread that hashes has ended: ${reason || "no reason given"}.`));
    onEnd();
  }
  worker.once("exit", fail);

  return {
    isPrompt: priority === null,
    async run(job) {
      current = Promise.withResolvers();
      worker.ref();
      worker.postMessage(job);
      try {
        return await current.promise;
      } finally {
        current = undefined;
        // What waits for a job keeps no process from ending.
        worker.unref();
      }
    },
    end() {
      // A hash that is being made can't be interrupted: the thread ends after it, and nobody waits for that.
      reason = "it was told to";
      worker.off("exit", fail);
      fail();
      void worker.terminate();
    },
  };
}

/** Bcrypt on threads of our own, each with one job at a time. */
export type HashThreads = {
  /** @returns the bcrypt hash of a password */
  hash(password: string, cost: number): Promise<string>;
  /** Whether a hash is that of a password. */
  compare(password: string, hash: string): Promise<boolean>;
  /** Ends all threads. What they are doing fails, as does all that is asked for from then on. */
  close(): void;
};

/**
 * Node's own threads for such work are few, and reading files and looking up names need them. Those here start when they are
 * wanted, as many as there are jobs at once, which is for the caller to bound; they end when there was nothing to do for
 * a while. One that has died fails its job, and the next job has another.
 *
 * @param prompt how many of them have the priority of everything else, and are taken first
 * @param priority what Linux calls the nice value of each of the others, up to 19 for the least
 */
export function createHashThreads(prompt: number, priority: number | null): HashThreads {
  const all = new Set<Thread>();
  // The last one used comes first, so that those that are not needed end.
  const idle = new Map<Thread, NodeJS.Timeout>();
  let isClosed = false;

  function start(isPrompt: boolean): Thread {
    const thread = startThread(isPrompt ? null : priority, () => {
      all.delete(thread);
      clearTimeout(idle.get(thread));
      idle.delete(thread);
    });
    all.add(thread);
    return thread;
  }

  /** @returns one that has the priority of everything else and nothing to do; undefined where all that may be are busy */
  function findPrompt(waiting: readonly Thread[]): Thread | undefined {
    const count = [...all].filter(({ isPrompt }) => isPrompt).length;
    return waiting.findLast(({ isPrompt }) => isPrompt) ?? (count < prompt ? start(true) : undefined);
  }

  function take(): Thread {
    const waiting = [...idle.keys()];
    const thread = findPrompt(waiting) ?? waiting.at(-1) ?? start(false);
    clearTimeout(idle.get(thread));
    idle.delete(thread);
    return thread;
  }

  async function run(job: Job): Promise<unknown> {
    if (isClosed) throw new Error("Nothing is hashed any more: the server is stopping.");
    const thread = take();
    const result = await thread.run(job);
    if (all.has(thread)) idle.set(thread, setTimeout(thread.end, idleTime).unref());
    return result;
  }

  return {
    hash: async (password, cost) => String(await run({ password, cost })),
    compare: async (password, hash) => (await run({ password, hash })) === true,
    close() {
      isClosed = true;
      for (const thread of all) thread.end();
    },
  };
}
