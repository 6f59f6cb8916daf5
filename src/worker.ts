import cluster from "node:cluster";
import { enableCompileCache } from "node:module";
import { resolve } from "node:path";
import type { Logger } from "pino";
import type { Assignment, Serving } from "./process/serve.ts";
import type { Report } from "./process/workers.ts";
import { createLog } from "./runtime/log.ts";
import { errorLine, StartError } from "./runtime/start-error.ts";

/** Milliseconds from the word to stop to the end of the process, whatever hangs. */
const stopTimeout = 9500;

async function main(): Promise<void> {
  // A terminal and a service manager send theirs to all; the process that started this one says when to stop.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  // What can't be told to the one that started this is no fault: that it has gone is told by "disconnect".
  cluster.worker?.on("error", () => {});
  const assigned = new Promise<Assignment>((done) => process.once("message", done));
  enableCompileCache(resolve(import.meta.dirname, "../node_modules/.cache/ownlist"));
  // Loading takes longer than anything else: it is done while the database starts.
  const loading = import("./process/serve.ts");
  loading.catch(() => {});
  const assignment = await assigned;
  const log = createLog(assignment.env.runtime.logLevel).child({ pid: process.pid });
  try {
    const serving = (await loading).createServing(log);
    stopWhenTold(serving, log);
    await serving.serve(assignment);
    report({ listening: true });
  } catch (error) {
    if (!(error instanceof StartError)) log.fatal({ err: error }, "could not start");
    const line = error instanceof StartError ? error.message : `an unexpected error: ${errorLine(error)}`;
    report({ failed: line }, () => process.exit(1));
  }
}

function report(message: Report, done = () => {}): void {
  process.send?.(message, undefined, undefined, done);
}

function stopWhenTold(serving: Serving, log: Logger): void {
  let isStopping = false;
  function stop(status: number): void {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => {
      log.error("stopping took too long");
      process.exit(1);
    }, stopTimeout).unref();
    serving.stop().then(
      () => process.exit(status),
      (error) => {
        log.fatal({ err: error }, "could not stop in order");
        process.exit(1);
      },
    );
  }
  // Before Node's own listener, which ends the process at once, requests in flight or not, unless this is set.
  process.prependListener("disconnect", () => {
    if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
    stop(0);
  });
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error) => {
      log.fatal({ err: error }, "a fault that nothing caught: stopping");
      stop(1);
    });
  }
}

await main();
