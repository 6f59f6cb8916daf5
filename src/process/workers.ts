import cluster, { type Worker } from "node:cluster";
import { join } from "node:path";
import type { Logger } from "pino";
import { StartError } from "../runtime/start-error.ts";
import { findPort } from "./port.ts";
import type { Assignment, Serving } from "./serve.ts";

/** What a process that serves tells the one that started it: that it listens, or why it can't. */
export type Report = { listening: true } | { failed: string };

/** A process that serves, and its successors. */
type Post = {
  readonly number: number;
  worker: Worker;
  /** On the clock of performance.now(), in milliseconds. */
  since: number;
  /** Whether it has come so far that it hears. */
  isOnline: boolean;
  isListening: boolean;
  /** How many ended soon after their start, one after the other. */
  shortLives: number;
};

/** Milliseconds; whoever lasts as long has not ended because of how it started. */
const settlingTime = 10_000;
const maxShortLives = 5;

const givenUp = `a server process ended ${maxShortLives} times in a row within ${settlingTime / 1000} seconds of its start; the log says more.`;

/**
 * Starts processes that load the server and wait for their assignment; one that ends is replaced.
 * @param voice.fail takes a line for people when, in the midst of serving, new ones don't last either
 */
export function startWorkers(
  count: number,
  { log, fail }: { log: Logger; fail: (line: string) => void },
): Serving {
  // They share the socket, and whoever asks first gets a connection. When this process deals them out in turn, which is
  // Node's default, connections of one request each cost it a fifth of a core, 4 to 22 % fewer requests are answered, and
  // a connection that is on its way to a process that is killed stays open without ever getting an answer (measured).
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: join(import.meta.dirname, "../worker.ts"), args: [] });
  const allListen = Promise.withResolvers<void>();
  allListen.promise.catch(() => {});
  let assignment: Assignment | undefined;
  let isServing = false;
  let isStopping = false;
  const posts = Array.from({ length: count }, (_, number) => fill({ number, shortLives: 0, ...fork() }));

  function fill(post: Post): Post {
    const { worker } = post;
    if (assignment !== undefined) assign(post, assignment);
    worker.once("online", () => {
      post.isOnline = true;
    });
    worker.on("message", (report: Report) => hear(post, report));
    worker.once("exit", (code, signal) => replace(post, { code, signal }));
    // One that could not be started at all does not end either.
    worker.on("error", (error) => {
      if (worker.process.pid === undefined) replace(post, { err: error });
    });
    return post;
  }

  function hear(post: Post, report: Report): void {
    const worker = post.worker.process.pid;
    if ("failed" in report) {
      allListen.reject(new StartError(report.failed));
      if (isServing) log.error({ worker, reason: report.failed }, "the new server process can't serve");
    }
    // Node's watcher has messages of its own.
    if (!("listening" in report)) return;
    post.isListening = true;
    if (isServing) log.info({ worker }, "the new server process serves");
    else if (posts.every(({ isListening }) => isListening)) allListen.resolve();
  }

  function replace(post: Post, cause: object): void {
    if (isStopping) return;
    const isShort = performance.now() - post.since < settlingTime;
    post.shortLives = isShort ? post.shortLives + 1 : 0;
    const isLast = post.shortLives >= maxShortLives;
    const event = `a server process ended${isLast ? "" : ": starting another"}`;
    log.error({ worker: post.worker.process.pid, ...cause }, event);
    if (isLast) {
      giveUp();
      return;
    }
    fill(Object.assign(post, fork()));
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
      assignment = { ...given, env: { ...given.env, listen: { ...listen, port } } };
      for (const post of posts) assign(post, assignment);
      await allListen.promise;
      isServing = true;
      return port;
    },
    async stop() {
      isStopping = true;
      await Promise.all(posts.map(end));
    },
    abandon() {
      isStopping = true;
      for (const { worker } of posts) worker.process.kill("SIGKILL");
    },
  };
}

function fork(): Omit<Post, "number" | "shortLives"> {
  return { worker: cluster.fork(), since: performance.now(), isOnline: false, isListening: false };
}

function assign({ worker, number }: Post, assignment: Assignment): void {
  // One of them is enough to keep house.
  const own = { ...assignment, keepsHouse: assignment.keepsHouse && number === 0 };
  // That it could not be sent is for the end of the process to say.
  worker.send(own, () => {});
}

/** Ends a process in order, which is what it does when it loses this one, whether this one ends or lets go. */
async function end({ worker, isOnline }: Post): Promise<void> {
  if (worker.isDead() || worker.process.pid === undefined) return;
  const gone = new Promise((resolve) => worker.once("exit", resolve));
  // Node itself complains in one that has not yet come so far; it has nothing to put in order.
  if (!isOnline) worker.process.kill("SIGKILL");
  else if (worker.isConnected()) worker.process.disconnect();
  await gone;
}
