import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { fromUuid, toUuid } from "../schema/ids.ts";

/** What every personal token begins with, for those who look for secrets in what should have none. */
const prefix = "ownlist_pat_";

/** Bytes of chance in a token. */
const entropy = 24;

const form = new RegExp(`^(${prefix}[\\w-]{75})_([0-9a-f]{8})$`);

/** What a personal token says, before anybody has looked whether it still holds. */
export type TokenClaim = { userId: string; tokenId: string; hash: Buffer };

/** So that a token with a slip of the pen is told from one that was revoked, without asking the database. */
const checksum = (text: string) => crc32(text).toString(16).padStart(8, "0");

/** Chance has no dictionary, so a plain hash keeps it: OWASP ASVS 5.0, 6.5.2. */
const hashOf = (secret: string) => createHash("sha256").update(secret).digest();

/** @returns a token for scripts, with 192 bits of chance, which names its row; it is kept as its hash alone */
export function makeSecret(userId: string, tokenId: string): { secret: string; hash: Buffer; hint: string } {
  const content = Buffer.concat([fromUuid(userId), fromUuid(tokenId), randomBytes(entropy)]);
  const body = `${prefix}${content.toString("base64url")}`;
  const secret = `${body}_${checksum(body)}`;
  return { secret, hash: hashOf(secret), hint: secret.slice(-4) };
}

/** @returns what a token says; null for what was never made here */
export function readSecret(secret: string): TokenClaim | null {
  const [, body, sum] = form.exec(secret) ?? [];
  if (body === undefined || checksum(body) !== sum) return null;
  const content = Buffer.from(body.slice(prefix.length), "base64url");
  const [userId, tokenId] = [toUuid(content.subarray(0, 16)), toUuid(content.subarray(16, 32))];
  return { userId, tokenId, hash: hashOf(secret) };
}
