import { findLeaks } from "./leaks.ts";

/** Looks over what the servers of a test file answer and log, for what nobody may read there. */

const errorKeys = new Set(["message", "locations", "path", "extensions"]);
const extensionKeys = new Set(["code", "requestId", "field"]);

const secretKey = /^(?:\w*password|\w*token|secret|\w*code)$/i;
const secretInDocument = /\b(?:\w*password|\w*token|secret|\w*code): *"((?:[^"\\]|\\.)*)"/gi;
const secretInAnswer = /"(?:accessToken|refreshToken|secret)":"([^"]+)"/g;

/** Shorter ones are found in any text. */
const shortestSecret = 8;

/** What was wrong with answers, since somebody last looked. */
let findings: string[] = [];
/** Texts of requests that look like leaks themselves: they may come back in answers. */
const suspiciousTexts: string[] = [];
/** What each server was sent and gave away that is not for its log, by its origin. */
const secretsOf = new Map<string, Set<string>>();

/** @returns what was found in answers since the last call: nothing, unless a test provokes it */
export function takeFindings(): string[] {
  const taken = findings;
  findings = [];
  return taken;
}

/** Forgets what was sent and given away, at the end of a test file. */
export function forgetRequests(): void {
  suspiciousTexts.length = 0;
  secretsOf.clear();
}

/** Remembers what a request says that may come back, or must not turn up. */
export function noteRequest(url: string, authorization: string | null, body: unknown): void {
  const secrets = secretsAt(url);
  const credential = authorization?.replace(/^\w+ +/, "") ?? "";
  keep(secrets, credential);
  if (typeof body !== "string") return;
  if (isSuspicious(body)) suspiciousTexts.push(...stringsIn(parse(body) ?? body).filter(isSuspicious));
  if (!/passw|token|secret|code/i.test(body)) return;
  const request = parse(body);
  visit(request, (key, value) => {
    if (secretKey.test(key)) keep(secrets, value);
    if (key === "query")
      for (const [, secret = ""] of value.matchAll(secretInDocument)) keep(secrets, secret);
  });
}

/** Checks an answer; what is wrong with it is told by {@link takeFindings}. */
export function scanAnswer(url: string, text: string): void {
  for (const [, secret = ""] of text.matchAll(secretInAnswer)) keep(secretsAt(url), secret);
  const leaks = findLeaks(text);
  if (leaks.length > 0) findings.push(...leaksOfServer(text).map((leak) => `${leak} in ${excerpt(text)}`));
  if (text.includes('"errors"')) findings.push(...strayKeys(text));
}

/**
 * Checks what a server has logged.
 * @param known secrets besides those that it was sent or gave away
 * @returns what is wrong: secrets, and lines that are no JSON object
 */
export function findInLog(url: string, log: string, known: string[]): string[] {
  const lines = log.split("\n").filter((line) => line !== "");
  const broken = lines.filter((line) => typeof parse(line) !== "object");
  // Most tokens begin alike: one look tells that none of them is there.
  const beginnings = new Map<string, boolean>();
  const leaked = [...secretsAt(url), ...known].filter((secret) => {
    const start = secret.slice(0, 4);
    const isThere = beginnings.get(start) ?? log.includes(start);
    beginnings.set(start, isThere);
    return isThere && log.includes(secret);
  });
  return [
    ...broken.map((line) => `no JSON: ${excerpt(line)}`),
    ...leaked.map((secret) => `logged: ${secret}`),
  ];
}

const isSuspicious = (text: string) => findLeaks(text).length > 0;

function secretsAt(url: string): Set<string> {
  const { origin } = new URL(url);
  const known = secretsOf.get(origin) ?? new Set();
  secretsOf.set(origin, known);
  return known;
}

function keep(secrets: Set<string>, secret: string): void {
  if (secret.length >= shortestSecret) secrets.add(secret);
}

/** What looks like a leak in an answer, besides what the caller wrote. */
function leaksOfServer(text: string): string[] {
  const answer = parse(text);
  if (typeof answer !== "object") return findLeaks(text);
  const own = stringsIn(answer).filter(
    (value) => !suspiciousTexts.some((sent) => sent.includes(value) || value.includes(sent)),
  );
  return own.flatMap((value) => findLeaks(value));
}

/** Keys of errors that no error has. */
function strayKeys(text: string): string[] {
  const { errors = [] } = (parse(text) ?? {}) as { errors?: { extensions?: object }[] };
  const stray = errors.flatMap((error) => [
    ...Object.keys(error).filter((key) => !errorKeys.has(key)),
    ...Object.keys(error.extensions ?? {}).filter((key) => !extensionKeys.has(key)),
  ]);
  return stray.map((key) => `${key} of an error in ${excerpt(text)}`);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  const strings: string[] = [];
  visit(value, (key, text) => strings.push(key, text));
  return strings;
}

/** Calls for each string in a value of JSON, with the key that it stands under. */
function visit(value: unknown, see: (key: string, text: string) => void, under = ""): void {
  if (typeof value === "string") see(under, value);
  else if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value)) visit(inner, see, Array.isArray(value) ? under : key);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const excerpt = (text: string) => text.slice(0, 300);
