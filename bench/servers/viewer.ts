import { createSecretKey } from "node:crypto";
import bcrypt from "bcrypt";
import jwt from "jsonwebtoken";
import type pg from "pg";
import { newId } from "../../src/schema/ids.ts";

/** Who asks, as each request finds them. */
export type Viewer = { id: string; email: string; name: string | null };
type Claims = { sub: string; sid: string; exp: number };

/** Verified tokens that are remembered. */
const maxRemembered = 10_000;
/** Seconds that a login lasts. */
const lifetime = 7 * 86_400;

const issuer = "ownlist";
const audience = "ownlist";

/** @returns what makes and verifies the tokens that Ownlist makes and verifies */
export function createTokens(secret: string) {
  // Not the text: jsonwebtoken would try to read it as a public key each time.
  const key = createSecretKey(Buffer.from(secret));
  const remembered = new Map<string, Claims>();

  function verify(token: string): Claims {
    const known = remembered.get(token);
    if (known !== undefined && known.exp > Date.now() / 1000) return known;
    const claims = jwt.verify(token, key, { algorithms: ["HS256"], issuer, audience }) as Claims;
    if (remembered.size === maxRemembered) remembered.clear();
    remembered.set(token, claims);
    return claims;
  }

  function issue(user: Viewer, sid: string): string {
    const header = { alg: "HS256" as const, typ: "at+jwt" };
    return jwt.sign({ email: user.email, sid }, key, {
      header,
      issuer,
      audience,
      subject: user.id,
      jwtid: newId(),
      expiresIn: lifetime,
    });
  }
  return { verify, issue };
}

export type Tokens = ReturnType<typeof createTokens>;

const findViewer = {
  name: "viewer",
  text: `SELECT users.id, users.email, users.name FROM sessions JOIN users ON users.id = sessions.user_id
         WHERE sessions.user_id = $1 AND sessions.id = $2 AND sessions.expires_at > now()`,
};

/** @returns who asks; null for a token that is missing or forged, or whose session has ended */
export async function getViewer(
  pool: pg.Pool,
  tokens: Tokens,
  authorization: string | undefined,
): Promise<Viewer | null> {
  if (!authorization?.startsWith("Bearer ")) return null;
  let claims: Claims;
  try {
    claims = tokens.verify(authorization.slice(7));
  } catch {
    return null;
  }
  const { rows } = await pool.query<Viewer>({ ...findViewer, values: [claims.sub, claims.sid] });
  return rows[0] ?? null;
}

const findUser = {
  name: "user",
  text: "SELECT id, email, name, hashed_password AS hash FROM users WHERE email_key = $1",
};
const insertSession = {
  name: "session",
  text: "INSERT INTO sessions (user_id, id, created_at, expires_at) VALUES ($1, $2, now(), $3)",
};

/** @returns a token for whoever knows the password; null for anybody else */
export async function login(
  pool: pg.Pool,
  tokens: Tokens,
  { email, password }: { email: string; password: string },
): Promise<string | null> {
  const { rows } = await pool.query<Viewer & { hash: string }>({
    ...findUser,
    values: [email.toLowerCase()],
  });
  const [user] = rows;
  if (user === undefined || !(await bcrypt.compare(password, user.hash))) return null;
  const sessionId = newId();
  const expiresAt = new Date(Date.now() + lifetime * 1000);
  await pool.query({ ...insertSession, values: [user.id, sessionId, expiresAt] });
  return tokens.issue(user, sessionId);
}
