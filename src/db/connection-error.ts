import { errorCode, errorLine } from "../runtime/start-error.ts";

/** Why a database can't be reached, and what to look at, in one line without the address (it may hold a password). */
export function describeConnectionError(error: unknown): string {
  const code = errorCode(error);
  const line = errorLine(error);
  if (/^28/.test(code) || /password/i.test(line)) {
    return `The database refused the login (${line}): check user and password in DATABASE_URL.`;
  }
  if (/statement pooling mode/.test(line)) {
    return "The pooler in front of the database changes connections within transactions: set PgBouncer's pool_mode to transaction or session.";
  }
  if (code === "3D000") return `${sentence(line)}: create it, or check the name in DATABASE_URL.`;
  if (/SSL|TLS|certificate/i.test(line)) {
    return `The database's encryption does not fit (${line}): check sslmode in DATABASE_URL.`;
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return "The database's host is not known: check the name in DATABASE_URL, and the network.";
  }
  if (/^E[A-Z]+$/.test(code) || /timeout|terminated|ended/i.test(line)) {
    return `The database can't be reached (${code || line}): does it run, and does DATABASE_URL name it?`;
  }
  return `The database refused: ${line}.`;
}

function sentence(line: string): string {
  return line.charAt(0).toUpperCase() + line.slice(1);
}
