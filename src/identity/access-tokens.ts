import { createSecretKey, randomBytes } from "node:crypto";
import jwt from "jsonwebtoken";
import { z } from "zod";
import { invalidToken } from "../errors.ts";
import { createBoundedCache } from "../runtime/bounded-cache.ts";
import { fromUuid, toUuid } from "../schema/ids.ts";

const issuer = "ownlist";
const audience = "ownlist";

/** Longer than any token that is issued here. */
const maxTokenLength = 4096;

/** UTF-16 units of the tokens whose verification is remembered: some four thousand. */
const rememberedTokens = 2_000_000;

/**
 * Seconds by which the clock that a token was issued by may have been ahead: another server's, or this one's before it
 * was put right. The time of issue says how old a token is and no more (RFC 7519 §4.1.6).
 */
const clockTolerance = 120;

/** RFC 9068 §2.1; whatever else a header may carry (jku, kid, crit …) is refused unread. */
const Header = z.strictObject({ alg: z.literal("HS256"), typ: z.literal("at+jwt") });

const Claims = z.strictObject({
  iss: z.literal(issuer),
  aud: z.literal(audience),
  sub: z.uuid(),
  email: z.string(),
  sid: z.uuid(),
  jti: z.uuid(),
  iat: z.int(),
  exp: z.int(),
});

/** What an access token says once it has been verified. */
export type TokenClaims = {
  userId: string;
  sessionId: string;
  /** Of the refresh token that it was made along with; null for tokens of version 0.1, which don't say. */
  generation: number | null;
};

/** The same with its time, in seconds since 1970. */
type VerifiedToken = TokenClaims & { iat: number; exp: number };

export type Tokens = {
  /** Seconds that a new token is valid. */
  readonly lifetime: number;
  /** @param session with the seconds that the token is valid: no more than {@link lifetime} */
  issue(session: {
    userId: string;
    email: string;
    sessionId: string;
    generation: number;
    issuedAt: Date;
    lifetime: number;
  }): string;
  /**
   * @param authorization the Authorization header's value
   * @throws Refusal UNAUTHENTICATED for anything but a token issued here that has not expired
   */
  verify(authorization: string, now: Date): TokenClaims;
};

/** @returns the token of `Authorization: Bearer <token>` (RFC 6750 §2.1), the scheme in any case; or null */
function readBearer(authorization: string): string | null {
  if (authorization.length > maxTokenLength) return null;
  return /^bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1] ?? null;
}

const keyOf = (secret: string) => createSecretKey(Buffer.from(secret, "utf8"));

/** @returns a token's id, a UUIDv8 (RFC 9562 §5.8): the generation in 32 bits, and 90 of chance */
function makeTokenId(generation: number): string {
  const bytes = randomBytes(16);
  bytes.writeUInt32BE(generation, 0);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return toUuid(bytes);
}

const generationOf = (tokenId: string) => (tokenId[14] === "8" ? fromUuid(tokenId).readUInt32BE(0) : null);

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

/**
 * Access tokens: JWTs (RFC 7519) signed with HMAC-SHA256, checked as RFC 8725 advises.
 *
 * @param secret at least 32 bytes
 * @param lifetime in seconds
 * @param previousSecret what signed tokens before, which are still good; null when there is none
 */
export function createTokens(secret: string, lifetime: number, previousSecret: string | null = null): Tokens {
  const key = keyOf(secret);
  const previousKey = previousSecret === null ? null : keyOf(previousSecret);
  // By the whole header, so that nothing but what has been verified to the letter is found.
  const verified = createBoundedCache<VerifiedToken>(rememberedTokens);

  const isInTime = ({ iat, exp }: VerifiedToken, now: number) => iat <= now + clockTolerance && now < exp;

  /** @throws Error for what neither key has signed, and for what has expired */
  function open(text: string, now: number): jwt.Jwt {
    const options = { algorithms: ["HS256" as const], clockTimestamp: now, complete: true as const };
    try {
      return jwt.verify(text, key, options);
    } catch (error) {
      if (previousKey === null) throw error;
      return jwt.verify(text, previousKey, options);
    }
  }

  function verify(authorization: string, now: number): VerifiedToken {
    const text = readBearer(authorization);
    if (text === null) throw invalidToken();
    try {
      const { header, payload } = open(text, now);
      Header.parse(header);
      const { sub, sid, jti, iat, exp } = Claims.parse(payload);
      const token = { userId: sub, sessionId: sid, generation: generationOf(jti), iat, exp };
      if (!isInTime(token, now) || exp - iat > lifetime) throw invalidToken();
      return token;
    } catch {
      throw invalidToken();
    }
  }

  return {
    lifetime,
    issue({ userId, email, sessionId, generation, issuedAt, lifetime: validity }) {
      const iat = seconds(issuedAt);
      const claims = {
        iss: issuer,
        aud: audience,
        sub: userId,
        email,
        sid: sessionId,
        jti: makeTokenId(generation),
        iat,
      };
      const header = { alg: "HS256" as const, typ: "at+jwt" };
      return jwt.sign({ ...claims, exp: iat + validity }, key, { algorithm: "HS256", header });
    },
    verify(authorization, date) {
      const now = seconds(date);
      const known = verified.get(authorization);
      if (known !== undefined && isInTime(known, now)) return known;
      const token = verify(authorization, now);
      verified.set(authorization, token);
      return token;
    },
  };
}
