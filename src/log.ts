import { type Logger, pino } from "pino";

/** @param level pino's name of the least severe level that is written; JSON lines go to standard output */
export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
