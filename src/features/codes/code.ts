import { createHash, randomInt } from "node:crypto";

/** Crockford's base 32: without I, L, O and U, which look like others or make words (crockford.com/base32.html). */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Characters of five bits each, 140 bits of chance: OWASP ASVS 5.0 wants 128 of a secret (11.5.1). */
const length = 28;

const form = new RegExp(`^[${alphabet}]{${length}}$`);

const hash = (characters: string) => new Uint8Array(createHash("sha256").update(characters).digest());

/** @returns a one-time code as people get to see it, and what is kept of it (SHA-256) */
export function makeCode(): { text: string; hash: Uint8Array<ArrayBuffer> } {
  const characters = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
  return { text: characters.replace(/.{4}(?=.)/g, "$&-"), hash: hash(characters) };
}

/**
 * Reads a code as somebody typed it: without case, spaces and dashes, and with letters that were taken for others.
 * @returns what is kept of such a code; null for what no code looks like
 */
export function hashOfCode(written: string): Uint8Array<ArrayBuffer> | null {
  if (written.length > 200) return null;
  const characters = written
    .replace(/[\s\p{Pd}_]/gu, "")
    .toUpperCase()
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  return form.test(characters) ? hash(characters) : null;
}
