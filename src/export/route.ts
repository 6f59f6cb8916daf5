import type { IncomingMessage } from "node:http";
import type { Accounts } from "../auth/accounts.ts";
import { tell } from "../auth/service.ts";
import type { Viewer } from "../auth/sessions.ts";
import type { Authentication } from "../authentication.ts";
import { bindToViewer } from "../db/viewer.ts";
import { insufficientScope, notSignedIn, rateLimited, serviceUnavailable } from "../errors.ts";
import type { DownloadHandler } from "../http/download.ts";
import { recordEvent } from "../security-log/service.ts";
import { exportAccount } from "./service.ts";

/** Exports at once: each keeps a connection to the database until it is through. */
const maxAtOnce = 2;

/** Seconds after which it is worth trying again. */
const retryAfter = 10;

/** Makes what answers with all that the asking account holds. */
export function createExport(accounts: Accounts, authentication: Authentication): DownloadHandler {
  const { authenticate, callerOf, cookieOf, refuseWhenAway } = authentication;
  const { db, now } = accounts;
  /** Whose exports are under way. */
  const underWay = new Set<string>();

  /** @throws Refusal UNAUTHENTICATED, INSUFFICIENT_SCOPE for personal tokens */
  async function requireSession(req: IncomingMessage): Promise<Viewer> {
    const viewer = await authenticate(req, cookieOf(req));
    if (viewer === null) throw notSignedIn();
    if (viewer.sessionId === null) throw insufficientScope(null);
    return viewer;
  }

  /** @throws Refusal RATE_LIMITED, SERVICE_UNAVAILABLE */
  async function inTurn({ id }: Viewer, run: () => Promise<void>): Promise<void> {
    if (underWay.has(id)) throw rateLimited(retryAfter, "An export of this account is under way.");
    if (underWay.size >= maxAtOnce) throw serviceUnavailable(retryAfter);
    underWay.add(id);
    try {
      await run();
    } finally {
      underWay.delete(id);
    }
  }

  return async (req, open) => {
    const viewer = await requireSession(req);
    const caller = callerOf(req);
    const at = now();
    const write = open(`ownlist-export-${at.toISOString().slice(0, 10)}.json`);
    const run = async () => {
      await caller.limits.attempt("export-by-user", viewer.id);
      const viewerDb = bindToViewer(db, viewer.id);
      // Before the first byte: whoever cuts it off has had what came until then.
      await recordEvent(viewerDb, "EXPORTED", at, caller);
      tell(accounts, caller, { event: "exported", user: viewer.id, session: viewer.sessionId });
      await exportAccount(viewerDb, at, write);
    };
    await inTurn(viewer, run).catch((error: unknown) => refuseWhenAway(req, error));
  };
}
