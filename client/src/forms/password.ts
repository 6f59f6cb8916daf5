import { maxPasswordBytes } from "../../../src/rules/limits.ts";

/**
 * How far a new password keeps the rules. Length counts code points, size counts bytes of UTF-8, as the server does.
 * @param minLength what the server asks for
 */
export function measurePassword(password: string, minLength: number) {
  const size = new TextEncoder().encode(password.normalize("NFC")).length;
  return {
    isLongEnough: [...password.normalize("NFC")].length >= minLength,
    fits: size <= maxPasswordBytes,
    isNearLimit: size > maxPasswordBytes - 12,
    size,
  };
}

/** Says which rule a new password breaks, or null. */
export function checkPassword(password: string, minLength: number): string | null {
  const { isLongEnough, fits, size } = measurePassword(password, minLength);
  if (!isLongEnough) return `Use at least ${minLength} characters.`;
  if (!fits) return `At most ${maxPasswordBytes} bytes, please; this one has ${size}.`;
  return null;
}

/** Says that one's own password is missing, or null. The server knows whether it is the right one. */
export function checkOwnPassword(password: string): string | null {
  return password === "" ? "Enter your password." : null;
}

/** What the server's refusal of one's own password comes down to for somebody who is signed in. */
export const notYourPassword = "This is not your password.";
