import { Worker } from "node:worker_threads";
import { onTestFinished, vi } from "vitest";

/** What a thread that hashes is asked for: a hash of a password, or whether one is that of a password. */
export type HashJob = { password: string; cost: number } | { password: string; hash: string };

export const isComparison = (job: HashJob): job is Extract<HashJob, { hash: string }> => "hash" in job;

/**
 * Looks at what threads are asked for, and does it instead of them where it says so.
 * @param instead whether the thread is left out of it
 * @returns what they have been asked for so far, in order
 */
export function watchHashing(instead: (thread: Worker, job: HashJob) => boolean = () => false): HashJob[] {
  const jobs: HashJob[] = [];
  const { postMessage } = Worker.prototype;
  vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, job: HashJob) {
    jobs.push(job);
    if (!instead(this, job)) postMessage.call(this, job);
  });
  return jobs;
}

/** Holds every comparison back until all are let go, none of which matches then. */
export function holdComparisons() {
  const gate = Promise.withResolvers<void>();
  const count = { running: 0, most: 0 };
  /** The passwords, in the order of their turns. */
  const held: string[] = [];
  watchHashing((thread, job) => {
    if (!isComparison(job)) return false;
    held.push(job.password);
    count.running++;
    count.most = Math.max(count.most, count.running);
    void gate.promise.then(() => {
      count.running--;
      thread.emit("message", { result: false });
    });
    return true;
  });
  onTestFinished(() => gate.resolve());
  return { held, count, letGo: () => gate.resolve() };
}

/**
 * Has every thread end before it does what it is asked for.
 * @returns stops doing so
 */
export function killHashing(): () => void {
  watchHashing((thread) => {
    void thread.terminate();
    return true;
  });
  return () => vi.mocked(Worker.prototype.postMessage).mockRestore();
}
