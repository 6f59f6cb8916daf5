import { asUser } from "../db/binding.ts";
import type { BoundPool } from "../db/bound-pool.ts";
import { isLockTimeout } from "../db/failures.ts";
import type { Share } from "../db/shares.ts";
import type { Background } from "../runtime/background.ts";
import type { Viewer } from "./viewer.ts";

/** Milliseconds in which a credential that is used again and again is written down once. */
const precision = 5 * 60_000;

/** Credentials that wait to be written down. One that is left out comes again with its next request. */
const maxWaiting = 1000;

/** Nobody's: users' own statements don't wait for it, nor it for any one user's. */
const share: Share = { key: "last seen", isSerial: true };

/** A crash may forget it: whoever commits so does not wait for the disk. The rest of the transaction is the binding. */
const unhurried = "RETURNING set_config('synchronous_commit', 'off', true)";

const noteSession = `UPDATE public.sessions SET last_seen_at = $3
  WHERE user_id = $1 AND id = $2 AND last_seen_at <= $4 ${unhurried}`;
const noteToken = `UPDATE public.personal_tokens SET last_seen_at = $3
  WHERE user_id = $1 AND id = $2 AND (last_seen_at IS NULL OR last_seen_at <= $4) ${unhurried}`;

type Sight = Pick<Viewer, "id" | "sessionId" | "tokenId"> & { readonly at: Date };

/**
 * Collects that credentials were used, and writes it down off the requests' path, one at a time.
 * @returns a function that notes whose credential was used
 */
export function createLastSeen(pool: BoundPool, background: Background): (viewer: Viewer, now: Date) => void {
  // By credential, so that requests that come at once cause one statement.
  const waiting = new Map<string, Sight>();

  async function write({ id: userId, sessionId, tokenId, at }: Sight): Promise<void> {
    const [text, id] = tokenId === null ? [noteSession, sessionId] : [noteToken, tokenId];
    const values = [userId, id, at, new Date(at.getTime() - precision)];
    await pool.query(asUser(userId, share), { text, values });
  }

  /** @throws whatever keeps it from going on; all that waits comes again then */
  async function writeAll(): Promise<void> {
    try {
      for (const [credential, sight] of waiting) {
        await write(sight).catch((error) => {
          // Whose row somebody holds comes again alone.
          if (!isLockTimeout(error)) throw error;
        });
        waiting.delete(credential);
      }
    } finally {
      waiting.clear();
    }
  }

  return ({ id, sessionId, tokenId, lastSeenAt }, at) => {
    if (lastSeenAt !== null && at.getTime() - lastSeenAt.getTime() < precision) return;
    const credential = String(sessionId ?? tokenId);
    if (waiting.has(credential) || waiting.size >= maxWaiting) return;
    waiting.set(credential, { id, sessionId, tokenId, at });
    if (waiting.size === 1) background.run("note when credentials were used", writeAll);
  };
}
