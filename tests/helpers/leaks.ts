/** What no answer may hold: stack lines, paths, the driver's words, names of tables and constraints, hashes, addresses. */
const forbidden = [
  /\n\s+at /,
  /\\n\s+at /,
  /node_modules|file:\/\/|\.[tj]s:\d/,
  /prisma|sqlstate|postgres|pg_|relation "|driverAdapterError|originalError/i,
  /\bP[12]\d{3}\b/,
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b.*\b(FROM|VALUES|SET|WHERE)\b/,
  /\b(hashed_password|email_key|user_id|created_at|users_\w+|tasks_\w+|sessions_\w+)\b/,
  /\$2[aby]\$/,
];

/** Tokens, ids and cursors: letters by chance, among which anything can be found. No name of ours has all these kinds. */
const opaque = /(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{20,}/g;

/** @returns what in an answer is not for its reader, each as it stands there */
export function findLeaks(text: string): string[] {
  const words = text.replace(opaque, "…");
  return forbidden.flatMap((pattern) => pattern.exec(words)?.[0] ?? []);
}
