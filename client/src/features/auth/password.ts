const shortest = 8;
const longest = 72;

/** How far a new password keeps the rules. Length counts code points, size counts bytes of UTF-8, as the server does. */
export function measurePassword(password: string) {
  const size = new TextEncoder().encode(password).length;
  return {
    isLongEnough: [...password].length >= shortest,
    fits: size <= longest,
    isNearLimit: size > longest - 12,
    size,
  };
}

/** Says which rule a new password breaks, or null. */
export function checkPassword(password: string): string | null {
  const { isLongEnough, fits, size } = measurePassword(password);
  if (!isLongEnough) return `Use at least ${shortest} characters.`;
  if (!fits) return `At most ${longest} bytes, please; this one has ${size}.`;
  return null;
}
