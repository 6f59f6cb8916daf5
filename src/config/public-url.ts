/**
 * The path below which people reach the web client.
 * @param publicUrl where they do, as an absolute URL; null where nobody has said
 * @returns "/tasks", or "" for the root of the origin
 */
export function basePathOf(publicUrl: string | null): string {
  return publicUrl === null ? "" : new URL(publicUrl).pathname.replace(/\/$/, "");
}
