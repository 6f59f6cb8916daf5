import { normalise } from "../../rules/folding.ts";
import { maxPasswordBytes } from "../../rules/limits.ts";
import { isLongerThan, repeatedUnit } from "../../rules/text.ts";

const productName = "ownlist";

/** UTF-16 units as typed: of no text do more than one and a half become a single byte of the form NFC. */
const maxTypedLength = 2 * maxPasswordBytes;

/**
 * The form in which a password is measured, hashed and compared: NFC, so that an é typed as one character
 * and as two is the same é (NIST SP 800-63B §3.1.1.2 asks for a normalised form). Everything else counts as typed; what is
 * too long in any form stays as it is.
 */
export function normalisePassword(typed: string): string {
  return typed.length > maxTypedLength ? typed : normalise(typed, "NFC");
}

let commonPasswords: Promise<Set<string>> | undefined;

async function loadCommonPasswords(): Promise<Set<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set([...dictionary["passwords-common"], productName]);
}

/** Whether each digit is the one before it plus (or minus) one, 9 and 0 being neighbours. */
function isDigitRun(text: string): boolean {
  if (!/^\d{2,}$/.test(text)) return false;
  const steps = new Set(Array.from(text.slice(1), (digit, i) => (Number(digit) - Number(text[i]) + 10) % 10));
  return steps.size === 1 && (steps.has(1) || steps.has(9));
}

/** Whether a password is an address, or what is before its @, once or again and again. */
function repeatsAddress(password: string, email: string): boolean {
  const address = email
    .trim()
    .slice(0, maxPasswordBytes + 1)
    .toLowerCase();
  const local = address.slice(0, address.lastIndexOf("@"));
  return [password, repeatedUnit(password)].some((text) => text === address || text === local);
}

/**
 * The rules for a new password (NIST SP 800-63B §3.1.1.2): long enough, not a common one, nothing on its
 * composition.
 *
 * @param password in its normalised form
 * @param email of the account that it is for
 * @param minLength in code points
 * @returns what is wrong in words, or null
 */
export async function passwordProblem(
  password: string,
  email: string,
  minLength: number,
): Promise<string | null> {
  if (!password.isWellFormed()) {
    return "The password contains half of a surrogate pair, which is not a character.";
  }
  if (!isLongerThan(password, minLength - 1)) return `Use at least ${minLength} characters.`;
  if (Buffer.byteLength(password) > maxPasswordBytes) {
    return `Use at most ${maxPasswordBytes} bytes: that many characters, or fewer where they are not plain Latin letters.`;
  }
  const lower = password.toLowerCase();
  if (repeatsAddress(lower, email)) return "Use something else than your e-mail address.";
  commonPasswords ??= loadCommonPasswords();
  const common = await commonPasswords;
  if (common.has(lower) || common.has(repeatedUnit(lower)) || isDigitRun(lower)) {
    return "This password is among the first that anybody would guess. Use another.";
  }
  return null;
}
