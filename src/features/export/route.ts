import type { Logger } from "pino";
import { insufficientScope, notSignedIn, rateLimited } from "../../errors.ts";
import { ClientGone } from "../../http/client-gone.ts";
import type { DownloadHandler } from "../../http/download.ts";
import type { Exchange } from "../../http/exchange.ts";
import type { Authentication } from "../../identity/authentication.ts";
import type { Viewer } from "../../identity/viewer.ts";
import { tell } from "../accounts/account-log.ts";
import type { AccountStore } from "../accounts/account-store.ts";
import { recordEvent } from "../security-log/service.ts";
import { exportAccount } from "./service.ts";
import { createTurns } from "./turns.ts";

/** Seconds after which it is worth trying again. */
const retryAfter = 10;

/**
 * Makes what answers with all that the asking account holds.
 * @param maxAtOnce exports that may read from the database at once, with a connection each
 */
export function createExport(
  { store, log, now }: { store: Pick<AccountStore, "bind">; log: Logger; now: () => Date },
  authentication: Authentication,
  maxAtOnce: number,
): DownloadHandler {
  const { authenticate, callerOf, cookieOf, refuseWhenAway } = authentication;
  const turns = createTurns(maxAtOnce);
  /** Whose exports are under way: being made or being read. */
  const underWay = new Set<string>();

  /** @throws Refusal UNAUTHENTICATED, INSUFFICIENT_SCOPE for personal tokens */
  async function requireSession(exchange: Exchange): Promise<Viewer> {
    const viewer = await authenticate(exchange, cookieOf(exchange));
    if (viewer === null) throw notSignedIn();
    if (viewer.sessionId === null) throw insufficientScope("session");
    return viewer;
  }

  /** @throws Refusal RATE_LIMITED, and ClientGone */
  function enter({ id }: Viewer, over: AbortSignal): void {
    if (underWay.has(id)) throw rateLimited(retryAfter, "An export of this account is under way.");
    if (over.aborted) throw new ClientGone();
    underWay.add(id);
    over.addEventListener("abort", () => underWay.delete(id));
  }

  return async (exchange, { open, over }) => {
    const viewer = await requireSession(exchange);
    const caller = callerOf(exchange);
    enter(viewer, over);
    const turn = await turns.take(caller.network, over);
    try {
      await caller.limits.attempt("export-by-user", viewer.id);
      const at = now();
      const write = open(`ownlist-export-${at.toISOString().slice(0, 10)}.json`);
      const viewerDb = store.bind(viewer.id);
      // Before the first byte: whoever cuts it off has had what came until then.
      await recordEvent(viewerDb, "EXPORTED", at, caller);
      tell({ log }, caller, { event: "exported", user: viewer.id, session: viewer.sessionId });
      await exportAccount(viewerDb, at, (text) => {
        turn.made(text.length);
        return Promise.race([write(text), turn.lost]);
      });
    } catch (error) {
      refuseWhenAway(exchange, error);
    } finally {
      // The transaction has ended by now, however it did.
      turn.end();
    }
  };
}
