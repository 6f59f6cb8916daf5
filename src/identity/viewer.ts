import { asUser, type Guard } from "../db/binding.ts";
import type { BoundPool } from "../db/bound-pool.ts";
import type { Share } from "../db/shares.ts";
import type { Scope } from "./scopes.ts";

/** An account, as its owner sees it. */
export type Account = {
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string | null;
  readonly createdAt: Date;
};

/** The columns that make up an account. */
export const accountColumns = {
  id: true,
  email: true,
  emailVerifiedAt: true,
  name: true,
  createdAt: true,
} as const;

type AccountRow = Omit<Account, "emailVerified"> & { readonly emailVerifiedAt: Date | null };

export const accountOf = ({ id, email, emailVerifiedAt, name, createdAt }: AccountRow): Account => ({
  id,
  email,
  emailVerified: emailVerifiedAt !== null,
  name,
  createdAt,
});

/** The user who asks, as each request finds them. */
export type Viewer = Account & {
  /** The number of the last change to anything that is theirs: see prisma/schema.prisma. */
  readonly seq: string;
  /** Null where the credential is a personal token. */
  readonly sessionId: string | null;
  /** Null where the credential is a session's. */
  readonly tokenId: string | null;
  /** What the credential may do; null: everything. */
  readonly scopes: readonly Scope[] | null;
  /** When the credential was seen last: see last-seen.ts. */
  readonly lastSeenAt: Date | null;
  /** Whether nobody has shown yet to have got the session's newest tokens, of which the credential is one. */
  readonly isFirstUse: boolean;
};

/** What an access token says, before anybody has looked whether it still holds. */
export type SessionClaim = {
  readonly userId: string;
  readonly sessionId: string;
  readonly generation: number | null;
};

/** The same of any credential. */
export type Claim =
  | SessionClaim
  | { readonly userId: string; readonly tokenId: string; readonly hash: Buffer };

/** The same in SQL. */
export const accountText = `users.id, users.email, users.email_verified_at IS NOT NULL AS "emailVerified", users.name,
    users.created_at AS "createdAt", users.seq`;

/** These run on every request, so they go around Prisma. */
const findBySession = {
  name: "find-viewer-by-session",
  text: `SELECT ${accountText}, sessions.id AS "sessionId", NULL AS "tokenId", NULL AS scopes, sessions.last_seen_at AS "lastSeenAt",
      COALESCE(sessions.refresh_generation = $4 AND NOT sessions.refresh_used, false) AS "isFirstUse"
    FROM public.sessions JOIN public.users ON users.id = sessions.user_id
    WHERE sessions.user_id = $1 AND sessions.id = $2 AND sessions.expires_at > $3 AND users.disabled_at IS NULL`,
};

const findByToken = {
  name: "find-viewer-by-token",
  text: `SELECT ${accountText}, NULL AS "sessionId", tokens.id AS "tokenId", tokens.scopes, tokens.last_seen_at AS "lastSeenAt",
      false AS "isFirstUse"
    FROM public.personal_tokens AS tokens JOIN public.users ON users.id = tokens.user_id
    WHERE tokens.user_id = $1 AND tokens.id = $2 AND tokens.expires_at > $3 AND tokens.token_hash = $4
      AND users.disabled_at IS NULL`,
};

/**
 * The same, which fails where there is no such session, or where its first use is yet to be written down: what is sent
 * behind it is executed for nobody else. The function is the migration "session_guard".
 */
const guardBySession = {
  name: "guard-by-session",
  text: `SELECT found.*, CASE WHEN found.id IS NULL OR found."isFirstUse" THEN public.refuse_session() END AS refused
    FROM (SELECT) AS always LEFT JOIN (${findBySession.text}) AS found ON true`,
};

const valuesOf = ({ userId, sessionId, generation }: SessionClaim, now: Date) => [
  userId,
  sessionId,
  now,
  generation,
];

/** Has what is sent behind it done for a session alone that holds, and is told whose it is. */
export function createGuard(claim: SessionClaim, now: Date, pass: (viewer: Viewer) => void): Guard {
  return {
    statement: { ...guardBySession, values: valuesOf(claim, now) },
    isPassed: false,
    pass: ({ refused: _, ...viewer }) => pass(viewer as Viewer),
  };
}

/**
 * @param share who waits for it; the user unless nobody has shown yet to be who the claim says
 * @returns the user whose credential this is, or null when it has ended or never was
 */
export async function getViewer(
  pool: BoundPool,
  claim: Claim,
  now: Date,
  share?: Share,
): Promise<Viewer | null> {
  const isToken = "tokenId" in claim;
  const { name, text } = isToken ? findByToken : findBySession;
  const values = isToken ? [claim.userId, claim.tokenId, now, claim.hash] : valuesOf(claim, now);
  const { rows } = await pool.query<Viewer>(asUser(claim.userId, share), { name, text, values });
  return rows[0] ?? null;
}

const noteUseText = `UPDATE public.sessions SET refresh_used = true
  WHERE user_id = $1 AND id = $2 AND refresh_generation = $3 AND NOT refresh_used`;

/**
 * Writes down that the newest access token of a session was used, so that its refresh token has arrived too: from then
 * on the one before it is of no use to anybody. Once a refresh, and before the request does anything: what has been
 * answered has been written, whatever happens to this process.
 */
export async function noteFirstUse(pool: BoundPool, claim: Claim): Promise<void> {
  if ("tokenId" in claim) return;
  const { userId, sessionId, generation } = claim;
  await pool.query(asUser(userId), { text: noteUseText, values: [userId, sessionId, generation] });
}
