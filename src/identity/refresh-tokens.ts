import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { fromUuid, toUuid } from "../schema/ids.ts";
import { deriveKeys } from "./derived-keys.ts";

const prefix = "ownlist_rt_";

/** User, session, generation, secret and seal, in bytes. */
const form = new RegExp(`^${prefix}([\\w-]{134})$`);
const [sealAt, length] = [68, 100];

/** A refresh token that was made here, whether it still holds or not. */
export type RefreshToken = {
  readonly userId: string;
  readonly sessionId: string;
  /** How many tokens of the session there were before it. */
  readonly generation: number;
  /** SHA-256 of the whole: what is kept of it. */
  readonly hash: Buffer;
  readonly text: string;
};

/**
 * Refresh tokens: 256 bits that are kept as their hash alone. Each names its session and its generation and carries a
 * seal, so that one that was replaced long ago is known for what it is without a list of all that ever were. The next
 * token comes from the one before it and a key of the server's: whoever lost the answer gets the same one again.
 */
export type RefreshTokens = {
  /** @returns the first token of a session */
  issue(session: { userId: string; sessionId: string }): RefreshToken;
  /** @returns null for what was never made here */
  read(text: string): RefreshToken | null;
  /** @returns what can follow a token: the first is to be issued, the others are what an earlier secret has made */
  successors(token: RefreshToken): [RefreshToken, ...RefreshToken[]];
};

/** @param secrets those that sign access tokens, the current one first */
export function createRefreshTokens(secrets: readonly [string, ...string[]]): RefreshTokens {
  const sealKeys = deriveKeys(secrets, "refresh seal");
  const chainKeys = deriveKeys(secrets, "refresh chain");
  const sealOf = (key: Buffer, content: Buffer) => createHmac("sha256", key).update(content).digest();

  function make(userId: string, sessionId: string, generation: number, secret: Buffer, key: Buffer) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(generation);
    const content = Buffer.concat([fromUuid(userId), fromUuid(sessionId), number, secret]);
    return parse(`${prefix}${Buffer.concat([content, sealOf(key, content)]).toString("base64url")}`);
  }

  function parse(text: string): RefreshToken {
    const content = contentOf(text);
    return {
      userId: toUuid(content.subarray(0, 16)),
      sessionId: toUuid(content.subarray(16, 32)),
      generation: content.readUInt32BE(32),
      hash: createHash("sha256").update(text).digest(),
      text,
    };
  }

  return {
    issue: ({ userId, sessionId }) => make(userId, sessionId, 0, randomBytes(32), sealKeys[0] as Buffer),
    read(text) {
      if (!form.test(text)) return null;
      const content = contentOf(text);
      if (content.length !== length || content.toString("base64url") !== text.slice(prefix.length))
        return null;
      const seal = content.subarray(sealAt);
      const isOurs = sealKeys.some((key) => timingSafeEqual(sealOf(key, content.subarray(0, sealAt)), seal));
      return isOurs ? parse(text) : null;
    },
    successors({ userId, sessionId, generation, text }) {
      const next = chainKeys.map((key, index) => {
        const secret = sealOf(key, contentOf(text).subarray(0, sealAt));
        return make(userId, sessionId, generation + 1, secret, sealKeys[index] as Buffer);
      });
      return next as [RefreshToken, ...RefreshToken[]];
    },
  };
}

const contentOf = (text: string) => Buffer.from(text.slice(prefix.length), "base64url");
