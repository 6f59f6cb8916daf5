import type { ViewerDb, ViewerTables } from "../../db/viewer-db.ts";
import type { Prisma } from "../../generated/prisma/client.ts";
import type { Caller } from "../../identity/caller.ts";
import { maxUserAgentLength } from "../../rules/limits.ts";
import { type Connection, connect, newestFirst, type PageArgs } from "../../schema/connection.ts";
import { newId } from "../../schema/ids.ts";

/** What is written down for an account's owner to read. */
export const eventKinds = [
  "SIGNED_UP",
  "SIGNED_IN",
  "SIGN_IN_FAILED",
  "SIGNED_OUT",
  "SESSION_REVOKED",
  "REFRESH_REUSED",
  "PASSWORD_CHANGED",
  "PASSWORD_RESET_REQUESTED",
  "PASSWORD_RESET",
  "EMAIL_CHANGE_REQUESTED",
  "EMAIL_CHANGED",
  "EMAIL_VERIFIED",
  "TOKEN_CREATED",
  "TOKEN_REVOKED",
  "EXPORTED",
  "DISABLED",
  "ENABLED",
] as const;

export type EventKind = (typeof eventKinds)[number];

/** What its owner sees of one. */
export const eventColumns = {
  id: true,
  kind: true,
  createdAt: true,
  address: true,
  userAgent: true,
} as const;

export type SecurityEventRow = Prisma.SecurityEventGetPayload<{ select: typeof eventColumns }>;

/** What is kept of where a request came from, in the columns for it. */
export function clientOf({ address, userAgent }: Pick<Caller, "address" | "userAgent">) {
  return {
    address,
    userAgent:
      userAgent === null
        ? null
        : Array.from(userAgent.slice(0, 2 * maxUserAgentLength))
            .slice(0, maxUserAgentLength)
            .join(""),
  };
}

/**
 * Writes down that something happened.
 * @param caller null where an operator did it
 */
export async function recordEvent(
  { securityEvent, viewerId }: ViewerTables,
  kind: EventKind,
  at: Date,
  caller: Pick<Caller, "address" | "userAgent"> | null,
): Promise<void> {
  const client = caller === null ? {} : clientOf(caller);
  await securityEvent.create({ data: { userId: viewerId, id: newId(), kind, createdAt: at, ...client } });
}

/** The viewer's log, newest first. */
export function listEvents(db: ViewerDb, page: PageArgs): Connection<SecurityEventRow> {
  return connect(newestFirst("security events"), page, (slice) =>
    db.securityEvent.findMany({ ...slice, select: eventColumns }),
  );
}

export async function findEvent(db: ViewerDb, id: string): Promise<SecurityEventRow | null> {
  return db.securityEvent.findUnique({
    where: { userId_id: { userId: db.viewerId, id } },
    select: eventColumns,
  });
}
