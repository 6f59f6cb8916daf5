import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { deriveKeys } from "../../identity/derived-keys.ts";
import { toUuid } from "../../schema/ids.ts";

const form = /^ownlist_invite_([\w-]{48})$/;
const [expiryAt, sealAt] = [16, 20];

/** Invitations to make an account: nothing is kept of them but, with the account, which one it was made with. */
export type Invites = {
  /** @returns a code that is good for one account */
  issue(expiresAt: Date): string;
  /** @returns the invitation's id; null for a code that was not made here or has expired */
  read(code: string, now: Date): string | null;
};

/** @param secrets those that sign access tokens, the current one first */
export function createInvites(secrets: readonly string[]): Invites {
  const keys = deriveKeys(secrets, "invite");
  const sealOf = (key: Buffer | undefined, content: Buffer) =>
    createHmac("sha256", key ?? "")
      .update(content)
      .digest()
      .subarray(0, 16);
  return {
    issue(expiresAt) {
      const content = Buffer.concat([randomBytes(16), Buffer.alloc(4)]);
      content.writeUInt32BE(Math.floor(expiresAt.getTime() / 1000), expiryAt);
      return `ownlist_invite_${Buffer.concat([content, sealOf(keys[0], content)]).toString("base64url")}`;
    },
    read(code, now) {
      const [, text] = form.exec(code.trim()) ?? [];
      if (text === undefined) return null;
      const bytes = Buffer.from(text, "base64url");
      const content = bytes.subarray(0, sealAt);
      if (!keys.some((key) => timingSafeEqual(sealOf(key, content), bytes.subarray(sealAt)))) return null;
      return content.readUInt32BE(expiryAt) * 1000 > now.getTime()
        ? toUuid(content.subarray(0, expiryAt))
        : null;
    },
  };
}
