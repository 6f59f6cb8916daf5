import type { Logger } from "pino";

/** Milliseconds that a process gets to stop in order, whatever hangs. */
const stopTimeout = 9500;

/**
 * Ends this process in order, and with status 1 where that fails or takes too long.
 * @param parts.stop what comes first
 * @param parts.abandon lets go of everything, where there is no time left
 */
export function endProcess(
  status: number,
  log: Logger,
  parts: { stop(): Promise<void>; abandon(): void },
): void {
  function leave(): never {
    parts.abandon();
    process.exit(1);
  }
  setTimeout(() => {
    log.error("stopping took too long");
    leave();
  }, stopTimeout).unref();
  parts.stop().then(
    () => process.exit(status),
    (error) => {
      log.fatal({ err: error }, "could not stop in order");
      leave();
    },
  );
}

/** Has a fault that nothing caught stop the process, which is in a state that nobody knows. */
export function stopOnFaults(log: Logger, stop: (reason: string) => void): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error) => {
      log.fatal({ err: error }, "a fault that nothing caught: stopping");
      stop(event);
    });
  }
}
