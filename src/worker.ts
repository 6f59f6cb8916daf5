import "./runtime/compile-cache.cjs";
import cluster from "node:cluster";
import type { Logger } from "pino";
import type { ServeOptions, Serving } from "./process/serve.ts";
import { endProcess, stopOnFaults } from "./process/stopper.ts";
import type { WorkerMessage } from "./process/workers.ts";
import { createLog } from "./runtime/log.ts";
import { explain, StartError } from "./runtime/start-error.ts";

async function main(): Promise<void> {
  // A terminal and a service manager send theirs to all; the process that started this one says when to stop.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  // What can't be told to the one that started this is no fault: that it has gone is told by "disconnect".
  cluster.worker?.on("error", () => {});
  const received = new Promise<ServeOptions>((done) => process.once("message", done));
  // Loading takes longer than anything else: it is done while the database starts.
  const loading = import("./process/serve.ts");
  loading.catch(() => {});
  const options = await received;
  const log = createLog(options.env.runtime.logLevel).child({ pid: process.pid });
  try {
    const serving = (await loading).createServing(log);
    stopWhenTold(serving, log);
    await serving.serve(options);
    report({ listening: true });
  } catch (error) {
    if (!(error instanceof StartError)) log.fatal({ err: error }, "could not start");
    report({ failed: explain(error).join("\n") }, () => process.exit(1));
  }
}

function report(message: WorkerMessage, done = () => {}): void {
  process.send?.(message, undefined, undefined, done);
}

function stopWhenTold(serving: Serving, log: Logger): void {
  let isStopping = false;
  function stop(status: number): void {
    if (isStopping) return;
    isStopping = true;
    endProcess(status, log, serving);
  }
  // Before Node's own listener, which ends the process at once, requests in flight or not, unless this is set.
  process.prependListener("disconnect", () => {
    if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
    stop(0);
  });
  stopOnFaults(log, () => stop(1));
}

await main();
