import type { Logger } from "pino";
import type { Caller } from "../../identity/caller.ts";

/** Writes what happened to an account to the server's log (OWASP ASVS 5.0, 16.3.1). */
export function tell(
  { log }: { log: Logger },
  { requestId, address }: Caller,
  what: Record<string, unknown> & { event: string },
): void {
  log.info({ id: requestId, ...what, address }, "account");
}
