import { hkdfSync } from "node:crypto";

/**
 * Makes keys for one purpose (HKDF, RFC 5869), so that what is sealed for one can't be taken for another's.
 *
 * @param secrets those that sign access tokens, the current one first
 * @returns a key of 32 bytes for each, in the same order
 */
export const deriveKeys = (secrets: readonly string[], purpose: string): Buffer[] =>
  secrets.map((secret) => Buffer.from(hkdfSync("sha256", secret, "", `ownlist ${purpose}`, 32)));
