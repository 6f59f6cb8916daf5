import { z } from "zod";

/** How to make a secret, for those who are told that theirs won't do. */
export const secretRecipe = `Make one with: node -p 'crypto.randomBytes(32).toString("base64url")'`;

/**
 * What is wrong with a secret that is to sign tokens (HS256 wants 256 bits, RFC 7518 §3.2).
 * @returns words that go after the secret's name; null when nothing is wrong
 */
export function secretProblem(secret: string): string | null {
  const bytes = Buffer.byteLength(secret);
  if (bytes < 32) return `has ${bytes} bytes; it takes 32 at least.`;
  // What stands in other people's examples, which is where a guesser begins.
  const placeholder = /change[-_ ]?me|your.{0,20}secret|placeholder|^(secret[-_ ]?)+$/i.test(secret);
  return placeholder ? "is too easy to guess." : null;
}

/** A secret that signs tokens; the problem, which goes after the variable's name, does not show it. */
export function signingSecret() {
  return z.string().superRefine((secret, context) => {
    const problem = secretProblem(secret);
    if (problem !== null) context.addIssue({ code: "custom", message: `${problem} ${secretRecipe}` });
  });
}

/** `on` or `off`. */
export function onByDefault() {
  const choice = z.enum(["on", "off"]).default("on");
  return choice.transform((value) => value === "on");
}

export function wholeNumber(min: number, max: number) {
  const number = z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number);
  return number.refine((value) => value >= min && value <= max);
}

/**
 * A time such as 7d, 12h, 30m or 3600 (seconds); comes out in seconds.
 * @param max in seconds
 */
export function duration(max: number) {
  const time = z
    .string()
    .regex(/^\d{1,9}[smhd]?$/)
    .transform(inSeconds);
  return time.refine((value) => value >= 1 && value <= max);
}

function inSeconds(time: string): number {
  const factors: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
  return Number.parseInt(time, 10) * (factors[time.slice(-1)] ?? 1);
}

const originForm = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/;

/** The origin of web pages (RFC 6454 §6.1): scheme, host, and the port where it is not the scheme's own. */
export function webOrigin() {
  const text = z.string().transform((value) => value.trim().toLowerCase());
  return text.refine((value) => originForm.test(value) && URL.parse(value)?.origin === value);
}

// Letters that no URL has to encode (RFC 3986 §2.3), so that there is one way to write each path.
const pathForm = /^(?:\/[\w.~-]+)*$/;
/** What the server has at the root: below a path of that name nobody could tell the one from the other. */
const takenPaths = new Set(["/assets", "/export", "/graphiql", "/graphql", "/live", "/ready"]);

/**
 * Where people reach a server: an origin, and the path below which it lies where that is not the root. Comes out without
 * a slash at the end.
 */
export function webAddress() {
  const text = z.string().transform((value) => {
    const [, origin = "", path = ""] = /^([^/]*\/\/[^/]*)(.*?)\/?$/.exec(value.trim()) ?? [];
    return { origin: origin.toLowerCase(), path };
  });
  const address = text.refine(
    ({ origin, path }) =>
      originForm.test(origin) &&
      pathForm.test(path) &&
      !takenPaths.has(path) &&
      URL.parse(origin + path)?.href === (path === "" ? `${origin}/` : origin + path),
  );
  return address.transform(({ origin, path }) => origin + path);
}

/** An IP address, or a range of them in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3). */
export function addressRange() {
  return z
    .string()
    .transform((value) => value.trim())
    .pipe(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]));
}

/** Several of one kind, with commas between them; none by default. */
export function listOf<Kind extends z.ZodType<unknown, string>>(kind: Kind) {
  return z
    .string()
    .transform((value) => value.split(","))
    .pipe(z.array(kind))
    .default([]);
}
