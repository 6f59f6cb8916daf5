import type { Logger } from "pino";
import { rateLimited } from "../../errors.ts";
import { ClientGone } from "../../http/client-gone.ts";
import type { DownloadHandler } from "../../http/download.ts";
import { type Identity, requireScope } from "../../identity/asker.ts";
import type { Viewer } from "../../identity/viewer.ts";
import { tell } from "../accounts/account-log.ts";
import { recordEvent } from "../security-log/service.ts";
import { createExportQueue } from "./export-queue.ts";
import { exportAccount } from "./service.ts";

/** Seconds after which it is worth trying again. */
const retryAfter = 10;

/**
 * Makes what answers with all that the asking account holds.
 * @param maxAtOnce exports that may read from the database at once, with a connection each
 */
export function createExport(
  { identify, log, now }: { identify: Identity["identify"]; log: Logger; now: () => Date },
  maxAtOnce: number,
): DownloadHandler {
  const turns = createExportQueue(maxAtOnce);
  /** Whose exports are under way: being made or being read. */
  const underWay = new Set<string>();

  /** @throws Refusal RATE_LIMITED, and ClientGone */
  function enter({ id }: Viewer, over: AbortSignal): void {
    if (underWay.has(id)) throw rateLimited(retryAfter, "An export of this account is under way.");
    if (over.aborted) throw new ClientGone();
    underWay.add(id);
    over.addEventListener("abort", () => underWay.delete(id));
  }

  return async (exchange, { open, over }) => {
    const { viewer, db, caller } = requireScope(await identify(exchange), "session");
    enter(viewer, over);
    const turn = await turns.take(caller.network, over);
    try {
      await caller.limits.attempt("export-by-user", viewer.id);
      const at = now();
      const write = open(`ownlist-export-${at.toISOString().slice(0, 10)}.json`);
      // Before the first byte: whoever cuts it off has had what came until then.
      await recordEvent(db, "EXPORTED", at, caller);
      tell({ log }, caller, { event: "exported", user: viewer.id, session: viewer.sessionId });
      await exportAccount(db, at, (text) => {
        turn.made(text.length);
        return Promise.race([write(text), turn.lost]);
      });
    } finally {
      // The transaction has ended by now, however it did.
      turn.end();
    }
  };
}
