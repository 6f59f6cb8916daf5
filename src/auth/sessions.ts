import type pg from "pg";

/** The user who asks, as each request finds them. */
export type Viewer = {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly createdAt: Date;
  readonly sessionId: string;
};

/** Prepared once a connection: this runs on every request, so it goes around Prisma. */
const findViewer = {
  name: "find-viewer",
  text: `SELECT users.id, users.email, users.name, users.created_at AS "createdAt", sessions.id AS "sessionId"
    FROM sessions JOIN users ON users.id = sessions.user_id
    WHERE sessions.user_id = $1 AND sessions.id = $2 AND sessions.expires_at > $3`,
};

/** @returns the user whose session this is, or null when it has ended or never was */
export async function getViewer(
  pool: pg.Pool,
  session: { userId: string; sessionId: string },
  now: Date,
): Promise<Viewer | null> {
  const { rows } = await pool.query<Viewer>({
    ...findViewer,
    values: [session.userId, session.sessionId, now],
  });
  return rows[0] ?? null;
}
