import { isIPv6 } from "node:net";

/** What a request asks for: the path decoded, the query as it was sent, without its question mark. */
export type Target = { path: string; query: string };

const name = /^(?=.{1,253}(?::|$))[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?(?::(\d{0,5}))?$/;
const literal = /^\[([0-9A-Fa-f:.]{2,45})\](?::(\d{0,5}))?$/;
// What URLs are made of (RFC 3986 §2), without "#", which is never sent.
const origin = /^\/[\w\-.~%!$&'()*+,;=:@/?[\]"<>^`{|}]*$/;

/** Whether a Host header is host[:port] (RFC 9110 §7.2), with a name of letters, digits, "-" and "_". */
export function isHost(host: string): boolean {
  const plain = name.exec(host);
  if (plain !== null) return isPort(plain[1]);
  const bracketed = literal.exec(host);
  return bracketed?.[1] !== undefined && isIPv6(bracketed[1]) && isPort(bracketed[2]);
}

/**
 * The path below the one that the server lies at. A proxy may have taken that away already, or not.
 * @param basePath "/tasks"; "" for the root
 */
export function belowBase(path: string, basePath: string): string {
  if (basePath === "" || path === basePath) return basePath === "" ? path : "/";
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
}

/**
 * Reads a request target in origin form (RFC 9112 §3.2.1); this server is no proxy and takes no other.
 * @returns null when it is none, or when its path could be read in two ways: empty and dot segments, a
 *   backslash, control characters, percent signs that encode nothing
 */
export function parseTarget(target: string): Target | null {
  if (!origin.test(target)) return null;
  const mark = target.indexOf("?");
  const path = decodePath(mark === -1 ? target : target.slice(0, mark));
  if (path === null) return null;
  return { path, query: mark === -1 ? "" : target.slice(mark + 1) };
}

function decodePath(encoded: string): string | null {
  const path = encoded.includes("%") ? decode(encoded) : encoded;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (path === null || /[\0-\x1f\x7f\\]|\/\/|\/\.{1,2}(?:\/|$)/.test(path)) return null;
  return path;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function isPort(port: string | undefined): boolean {
  return Number(port ?? 0) <= 65_535;
}
