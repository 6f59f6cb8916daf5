import { type DestinationStream, type Logger, pino } from "pino";
import { errorCode } from "./start-error.ts";

/**
 * What the log may hold of an error that nobody expected: enough to find its cause, nothing of what users wrote.
 * Prisma's messages go on with the data of the call, and PostgreSQL's details and quotes are those of the row.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack = "" } = error;
  const [head = ""] = message.trim().split("\n");
  const meta =
    "meta" in error ? (error.meta as { driverAdapterError?: { cause?: { originalCode?: string } } }) : {};
  return {
    type: name,
    code: errorCode(error),
    sqlState: meta?.driverAdapterError?.cause?.originalCode,
    constraint: "constraint" in error ? error.constraint : undefined,
    message: head.replace(/".*"/, '"…"'),
    stack: stack.slice(stack.lastIndexOf(message) + message.length),
  };
}

/**
 * @param level pino's name of the least severe level that is written
 * @param destination takes one JSON text a line; standard output when left out
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}
