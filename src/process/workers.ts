import cluster, { type Worker } from "node:cluster";
import { join } from "node:path";
import type { Logger } from "pino";
import { StartError } from "../runtime/start-error.ts";
import { nodeFlags } from "./node-flags.ts";
import { findPort } from "./port.ts";
import type { ServeOptions, Serving } from "./serve.ts";

/** What a process that serves tells the one that started it: that it listens, or why it can't. */
export type WorkerMessage = { listening: true } | { failed: string };

/** A process that serves, and its successors. */
type WorkerSlot = {
  readonly number: number;
  worker: Worker;
  /** On the clock of performance.now(), in milliseconds. */
  since: number;
  /** Whether it has come so far that it hears. */
  isOnline: boolean;
  isListening: boolean;
  /** How many ended soon after their start, one after the other. */
  earlyExits: number;
};

/** Milliseconds; whoever lasts as long has not ended because of how it started. */
const settlingTime = 10_000;
const maxEarlyExits = 5;

const givenUp = `a server process ended ${maxEarlyExits} times in a row within ${settlingTime / 1000} seconds of its start; the log says more.`;

/**
 * Starts processes that load the server and wait for their options; one that ends is replaced.
 * @param reporter.fail takes a line for people when, in the midst of serving, new ones don't last either
 */
export function startWorkers(
  count: number,
  { log, fail }: { log: Logger; fail: (line: string) => void },
): Serving {
  // They share the socket, and whoever asks first gets a connection. When this process deals them out in turn, which is
  // Node's default, connections of one request each cost it a fifth of a core, 4 to 22 % fewer requests are answered, and
  // a connection that is on its way to a process that is killed stays open without ever getting an answer (measured).
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  // The last of the same flags counts: that is what this process was started with.
  const execArgv = [...nodeFlags, ...process.execArgv];
  cluster.setupPrimary({ exec: join(import.meta.dirname, "../worker.ts"), args: [], execArgv });
  const allListen = Promise.withResolvers<void>();
  allListen.promise.catch(() => {});
  let options: ServeOptions | undefined;
  let isServing = false;
  let isStopping = false;
  const slots = Array.from({ length: count }, (_, number) => fill({ number, earlyExits: 0, ...fork() }));

  function fill(slot: WorkerSlot): WorkerSlot {
    const { worker } = slot;
    if (options !== undefined) assign(slot, options);
    worker.once("online", () => {
      slot.isOnline = true;
    });
    worker.on("message", (message: WorkerMessage) => handle(slot, message));
    worker.once("exit", (code, signal) => replace(slot, { code, signal }));
    // One that could not be started at all does not end either.
    worker.on("error", (error) => {
      if (worker.process.pid === undefined) replace(slot, { err: error });
    });
    return slot;
  }

  function handle(slot: WorkerSlot, message: WorkerMessage): void {
    const worker = slot.worker.process.pid;
    if ("failed" in message) {
      allListen.reject(new StartError(message.failed));
      if (isServing) log.error({ worker, reason: message.failed }, "the new server process can't serve");
    }
    // Node's watcher has messages of its own.
    if (!("listening" in message)) return;
    slot.isListening = true;
    if (isServing) log.info({ worker }, "the new server process serves");
    else if (slots.every(({ isListening }) => isListening)) allListen.resolve();
  }

  function replace(slot: WorkerSlot, cause: object): void {
    if (isStopping) return;
    const isShort = performance.now() - slot.since < settlingTime;
    slot.earlyExits = isShort ? slot.earlyExits + 1 : 0;
    const isLast = slot.earlyExits >= maxEarlyExits;
    const event = `a server process ended${isLast ? "" : ": starting another"}`;
    log.error({ worker: slot.worker.process.pid, ...cause }, event);
    if (isLast) {
      giveUp();
      return;
    }
    fill(Object.assign(slot, fork()));
  }

  function giveUp(): void {
    isStopping = true;
    allListen.reject(new StartError(givenUp));
    if (isServing) fail(givenUp);
  }

  return {
    async serve(given) {
      // Each would take another port for itself that is free.
      const { listen } = given.env;
      const port = await findPort(listen);
      options = { ...given, env: { ...given.env, listen: { ...listen, port } } };
      for (const slot of slots) assign(slot, options);
      await allListen.promise;
      isServing = true;
      return port;
    },
    async stop() {
      isStopping = true;
      await Promise.all(slots.map(end));
    },
    abandon() {
      isStopping = true;
      for (const { worker } of slots) worker.process.kill("SIGKILL");
    },
  };
}

function fork(): Omit<WorkerSlot, "number" | "earlyExits"> {
  return { worker: cluster.fork(), since: performance.now(), isOnline: false, isListening: false };
}

function assign({ worker, number }: WorkerSlot, options: ServeOptions): void {
  // One of them is enough.
  const own = { ...options, runsHousekeeping: options.runsHousekeeping && number === 0 };
  // That it could not be sent is for the end of the process to say.
  worker.send(own, () => {});
}

/** Ends a process in order, which is what it does when it loses this one, whether this one ends or lets go. */
async function end({ worker, isOnline }: WorkerSlot): Promise<void> {
  if (worker.isDead() || worker.process.pid === undefined) return;
  const gone = new Promise((resolve) => worker.once("exit", resolve));
  // Node itself complains in one that has not yet come so far; it has nothing to put in order.
  if (!isOnline) worker.process.kill("SIGKILL");
  else if (worker.isConnected()) worker.process.disconnect();
  await gone;
}
