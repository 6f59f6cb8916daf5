/** A reason not to start that somebody can act on: its message is plain text, a line or several, shown without a stack. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The code of a system or PostgreSQL error ("EACCES", "28P01"); "" where there is none. */
export function errorCode(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

/** Why something could not be done, in lines for people. */
export function explain(error: unknown): string[] {
  return error instanceof StartError
    ? error.message.split("\n")
    : [`an unexpected error: ${errorLine(error)}`];
}

/** What an error says, on one line. */
export function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s+/g, " ").trim();
}
