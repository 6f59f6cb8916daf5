import { type Refusal, serviceUnavailable, tooMuchAtOnce } from "../errors.ts";
import { TooMuchAtOnce } from "./shares.ts";

/**
 * SQLSTATE classes and codes (PostgreSQL, appendix A) that say "not now" rather than "never": connection
 * exceptions, out of resources (disk and connections among them), operator intervention (shutdown, crash,
 * statement timeout), lock timeout, serialisation failure and deadlock, system error, read-only standby.
 */
const passingState = /^(08|53|57|58)|^(55P03|40001|40P01|25006)$/;

const passingPrismaCode = new Set([
  "P1001",
  "P1002",
  "P1008",
  "P1011",
  "P1017",
  "P2024",
  "P2028",
  "P2034",
  "P2037",
]);

const socketCode = /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOENT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** Of certificates, by OpenSSL's names and Node's own; Prisma has them all as P1011. */
const tlsCode =
  /^(UNABLE_TO_\w+|CERT_\w+|CRL_\w+|ERROR_IN_C\w+|\w+_SELF_SIGNED_CERT|SELF_SIGNED_CERT\w*|HOSTNAME_MISMATCH|ERR_TLS_CERT_\w+)$/;

/** What pg and its pool say in errors that carry no code at all. */
const passingMessage =
  /The server does not support SSL connections|There was an error establishing an SSL connection|timeout exceeded when trying to connect|Connection terminated|Query read timeout|connection error and is not queryable|Cannot use a pool after calling end|timeout expired|Client was closed|No connection came free in time/;

const passingKind = new Set([
  "ConnectionClosed",
  "DatabaseNotReachable",
  "SocketTimeout",
  "TooManyConnections",
  "TransactionWriteConflict",
]);

type Link = {
  code?: unknown;
  originalCode?: unknown;
  kind?: unknown;
  message?: unknown;
  syscall?: unknown;
  cause?: unknown;
  meta?: { driverAdapterError?: unknown } | undefined;
};

function says(link: Link): boolean {
  const codes = [link.code, link.originalCode].filter((code) => typeof code === "string");
  // A socket may be missing as well as a file, which is nothing of the database's.
  const isOfFile = link.syscall === "open";
  return (
    codes.some((code) => passingState.test(code) || passingPrismaCode.has(code)) ||
    (!isOfFile && codes.some((code) => socketCode.test(code) || tlsCode.test(code))) ||
    (typeof link.kind === "string" && passingKind.has(link.kind)) ||
    (typeof link.message === "string" && passingMessage.test(link.message))
  );
}

/** Looks through what Prisma and its adapter wrap around an error. */
function isAnywhere(error: unknown, is: (link: Link) => boolean): boolean {
  let link = error;
  for (let depth = 0; depth < 6 && link !== null && typeof link === "object"; depth++) {
    if (is(link)) return true;
    const { cause, meta } = link as Link;
    link = meta?.driverAdapterError ?? cause;
  }
  return false;
}

/**
 * Whether a failure means that the database can't serve right now, so that the answer is 503 and the caller
 * may try again.
 */
export function isDatabaseAway(error: unknown): boolean {
  return isAnywhere(error, says);
}

/**
 * Says what a request is refused with that a failure of the database met: the one place where that is decided.
 *
 * @returns SERVICE_UNAVAILABLE where the database could not answer; RATE_LIMITED where somebody's share of the connections
 * had too much waiting for it already (see shares.ts); null for every other error
 */
export function refusalFor(error: unknown): Refusal | null {
  if (isAnywhere(error, (link) => link instanceof TooMuchAtOnce)) return tooMuchAtOnce();
  return isDatabaseAway(error) ? serviceUnavailable() : null;
}

/** Whether PostgreSQL gave a statement up because others held what it needed: SQLSTATE lock_not_available. */
export function isLockTimeout(error: unknown): boolean {
  return error !== null && typeof error === "object" && (error as Link).code === "55P03";
}

/** Whether a statement was stopped since it took too long: query_canceled, which lock_timeout is not. */
export function isTimeUp(error: unknown): boolean {
  return error instanceof Error && (error as Link).code === "57014";
}

/** By Prisma's code, or by PostgreSQL's for what was run as Prisma recorded it. */
function hasCode(error: unknown, codes: readonly unknown[]): boolean {
  return error !== null && typeof error === "object" && codes.includes((error as Link).code);
}

/** Whether a row could not be written because another has its unique key: unique_violation. */
export function isUniqueViolation(error: unknown): boolean {
  return hasCode(error, ["P2002", "23505"]);
}

/**
 * Whether a row could not be written because whose it would be has no account any more: foreign_key_violation,
 * restrict_violation.
 */
export function isOwnerGone(error: unknown): boolean {
  return hasCode(error, ["P2003", "23503", "23001"]);
}

/** The SQLSTATE that a binding's guard fails with where it does not hold: what stood behind it was not executed. */
const refusedByGuard = "OL401";

/** Whether nothing was done because the binding's guard does not hold: see {@link Guard}. */
export function isRefusedByGuard(error: unknown): boolean {
  return isAnywhere(error, ({ code, originalCode }) => [code, originalCode].includes(refusedByGuard));
}
