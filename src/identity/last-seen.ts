import { asUser } from "../db/binding.ts";
import type { BoundPool } from "../db/bound-pool.ts";
import type { Background } from "../runtime/background.ts";
import type { Viewer } from "./viewer.ts";

/** Milliseconds in which a credential that is used again and again is written down once. */
const precision = 60_000;

const noteSession =
  "UPDATE public.sessions SET last_seen_at = $3 WHERE user_id = $1 AND id = $2 AND last_seen_at < $3";
const noteToken = `UPDATE public.personal_tokens SET last_seen_at = $3
  WHERE user_id = $1 AND id = $2 AND (last_seen_at IS NULL OR last_seen_at < $3)`;

/** @returns a function that writes down that a viewer's credential was used, off the request's path */
export function createLastSeen(pool: BoundPool, background: Background): (viewer: Viewer, now: Date) => void {
  // By credential, so that requests that come at once cause one statement.
  const writing = new Set<string>();

  async function write({ id: userId, sessionId, tokenId }: Viewer, now: Date): Promise<void> {
    const [text, id] = tokenId === null ? [noteSession, sessionId] : [noteToken, tokenId];
    await pool.query(asUser(userId), { text, values: [userId, id, now] });
  }

  return (viewer, now) => {
    const { sessionId, tokenId, lastSeenAt } = viewer;
    if (lastSeenAt !== null && now.getTime() - lastSeenAt.getTime() < precision) return;
    const credential = String(sessionId ?? tokenId);
    if (writing.has(credential)) return;
    writing.add(credential);
    background.run("note when a credential was used", () =>
      write(viewer, now).finally(() => writing.delete(credential)),
    );
  };
}
