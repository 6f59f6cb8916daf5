import { asUser } from "../db/binding.ts";
import type { BoundPool } from "../db/bound-pool.ts";

/** An account, as its owner sees it. */
export type Account = {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly createdAt: Date;
};

/** The user who asks, as each request finds them. */
export type Viewer = Account & {
  readonly sessionId: string;
  /** The number of the last change to anything that is theirs: see prisma/schema.prisma. */
  readonly seq: string;
};

/** This runs on every request, so it goes around Prisma. */
const findViewer = {
  name: "find-viewer",
  text: `SELECT users.id, users.email, users.name, users.created_at AS "createdAt", users.seq, sessions.id AS "sessionId"
    FROM public.sessions JOIN public.users ON users.id = sessions.user_id
    WHERE sessions.user_id = $1 AND sessions.id = $2 AND sessions.expires_at > $3`,
};

/** @returns the user whose session this is, or null when it has ended or never was */
export async function getViewer(
  pool: BoundPool,
  session: { userId: string; sessionId: string },
  now: Date,
): Promise<Viewer | null> {
  const values = [session.userId, session.sessionId, now];
  const statement = pool.isPrepared ? { ...findViewer, values } : { text: findViewer.text, values };
  const { rows } = await pool.query<Viewer>(asUser(session.userId), statement);
  return rows[0] ?? null;
}
