import type { Transaction, ViewerDb } from "../../db/viewer-db.ts";
import { NotFoundError } from "../../errors.ts";
import type { Prisma } from "../../generated/prisma/client.ts";
import type { Caller } from "../../identity/caller.ts";
import { maxSessions } from "../../rules/limits.ts";
import { type Connection, connect, newestFirst, type PageArgs } from "../../schema/connection.ts";
import { recordEvent } from "../security-log/service.ts";

/** What its owner sees of one. */
export const sessionColumns = {
  id: true,
  createdAt: true,
  lastSeenAt: true,
  expiresAt: true,
  address: true,
  userAgent: true,
} as const;

export type SessionRow = Prisma.SessionGetPayload<{ select: typeof sessionColumns }>;

/** The viewer's sessions that have not ended, newest first. */
export function listSessions(db: ViewerDb, now: Date, page: PageArgs): Connection<SessionRow> {
  const living = { expiresAt: { gt: now } };
  return connect(newestFirst("sessions"), page, ({ where, ...slice }) =>
    db.session.findMany({ where: { AND: [living, where] }, ...slice, select: sessionColumns }),
  );
}

export async function findSession(db: ViewerDb, now: Date, id: string): Promise<SessionRow | null> {
  // Those of one request are looked up together, whatever the time is at each.
  const row = await db.session.findUnique({
    where: { userId_id: { userId: db.viewerId, id } },
    select: sessionColumns,
  });
  return row && row.expiresAt > now ? row : null;
}

/**
 * Ends one session: no token of it works from the next request on.
 * @throws NotFoundError
 */
export async function revokeSession(db: ViewerDb, caller: Caller, now: Date, id: string): Promise<void> {
  await db.transaction(async (tables) => {
    const { count } = await tables.session.deleteMany({ where: { id, expiresAt: { gt: now } } });
    if (count === 0) throw new NotFoundError();
    await recordEvent(tables, "SESSION_REVOKED", now, caller);
  });
}

/** Ends those that were not used for the longest time, where there are too many. */
export async function endSpareSessions({ session }: Transaction): Promise<void> {
  const latest = { orderBy: { lastSeenAt: "desc" as const }, skip: maxSessions, select: { id: true } };
  const spare = await session.findMany(latest);
  if (spare.length > 0) await session.deleteMany({ where: { id: { in: spare.map(({ id }) => id) } } });
}

/** Ends all sessions but one. @returns how many */
export async function revokeOthers(db: ViewerDb, caller: Caller, now: Date, id: string): Promise<number> {
  return db.transaction(async (tables) => {
    const { count } = await tables.session.deleteMany({ where: { id: { not: id } } });
    if (count > 0) await recordEvent(tables, "SESSION_REVOKED", now, caller);
    return count;
  });
}
