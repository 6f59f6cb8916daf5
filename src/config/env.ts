import { resolve } from "node:path";
import { z } from "zod";
import { maxMinPasswordLength, minPasswordLength } from "../rules/limits.ts";
import { readFiles } from "./secret-files.ts";
import { secretUrl } from "./secret-url.ts";
import {
  addressRange,
  duration,
  listOf,
  onByDefault,
  secretRecipe,
  signingSecret,
  webAddress,
  webOrigin,
  wholeNumber,
} from "./values.ts";

/** The configuration, read once by main.ts; nothing else looks at the environment. */
export type Env = {
  /** 0: any free port. */
  port: number;
  host: string;
  /** Null: the server runs a PostgreSQL of its own. */
  databaseUrl: string | null;
  /** Whether statements are prepared, which transaction poolers can't have. */
  databasePrepare: boolean;
  /** Absolute. */
  dataDir: string;
  /** Null: made on the first start and kept in the data folder. */
  jwtSecret: string | null;
  /** What signed tokens before, which are good until they expire; null when there is none. */
  jwtSecretPrevious: string | null;
  /** In seconds. */
  jwtExpiresIn: number;
  /** Seconds that a session goes on without being refreshed; no more than `sessionMax`. */
  refreshIdle: number;
  /** Seconds that a session lasts, however often it is refreshed. */
  sessionMax: number;
  bcryptCost: number;
  /** In code points. */
  passwordMinLength: number;
  /** Who may make an account: anybody, nobody, or who has an invite code. */
  signup: (typeof signups)[number];
  /** Whether requests are counted, and refused past the limits. */
  rateLimit: boolean;
  /** Proxies that may say for whom they speak: IP addresses and ranges in CIDR notation. */
  trustProxy: string[];
  /** Origins whose pages may call the API besides our own. */
  corsOrigins: string[];
  /** Who may read the schema from the API. */
  introspection: (typeof introspections)[number];
  /** The mail server, with its user and password; null: no mail is sent. */
  smtpUrl: string | null;
  /** The sender of mails; a string when `smtpUrl` is one. */
  mailFrom: string | null;
  /** Where people reach the web client, without a slash at the end; a string when `smtpUrl` is one. */
  publicUrl: string | null;
  /** Whether answers to queries are kept for as long as they are right. */
  answerCache: boolean;
  graphiql: boolean;
  logLevel: (typeof logLevels)[number];
  /** That serve, on one port and one database. */
  processes: number;
};

/** Everything that is wrong with the configuration, one sentence a problem; no secret is quoted. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: string[];
  constructor(problems: string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const signups = ["open", "closed", "invite"] as const;
const introspections = ["open", "signed-in", "off"] as const;
const day = 86_400;

// What a variable takes, as it stands in the line that tells of a wrong value.
const takes: Record<string, string> = {
  PORT: "a number from 0 (any free port) to 65535",
  HOST: "an address or name of this machine, such as 127.0.0.1 or 0.0.0.0",
  JWT_EXPIRES_IN: "a time such as 7d, 12h, 30m or 3600 (seconds), 366 days at most",
  REFRESH_IDLE: "a time such as 30d or 12h, 3650 days at most",
  SESSION_MAX: "a time such as 180d or 12h, 3650 days at most",
  BCRYPT_COST: "a number from 4 to 15",
  PASSWORD_MIN_LENGTH: `a number from ${minPasswordLength} to ${maxMinPasswordLength}`,
  SIGNUP: `one of ${signups.join(", ")}`,
  RATE_LIMIT: "on or off",
  TRUST_PROXY: "IP addresses and ranges such as 10.0.0.0/8, with commas between them",
  CORS_ORIGINS:
    'origins such as https://app.example.com, with commas between them (never "*": name each site that may call)',
  INTROSPECTION: `one of ${introspections.join(", ")}`,
  MAIL_FROM: "an e-mail address, or a name and one: Ownlist <tasks@example.com>",
  PUBLIC_URL:
    "an address such as https://tasks.example.com or https://example.com/tasks; its path may not be one of Ownlist's own, such as /graphql",
  DATABASE_PREPARE: "on or off",
  ANSWER_CACHE: "on or off",
  GRAPHIQL: "on or off",
  LOG_LEVEL: `one of ${logLevels.join(", ")}`,
  WEB_CONCURRENCY: "a number of processes from 1 to 64",
};

const schema = z.object({
  PORT: wholeNumber(0, 65_535).default(4000),
  HOST: z
    .string()
    .regex(/^[\w.:%-]+$/)
    .default("127.0.0.1"),
  DATABASE_URL: secretUrl(
    "DATABASE_URL",
    /^postgres(ql)?:\/\//,
    "postgresql://user:password@host:5432/database",
  ).optional(),
  OWNLIST_DATA: z
    .string()
    .default("data")
    .transform((path) => resolve(path)),
  JWT_SECRET: signingSecret("JWT_SECRET").optional(),
  JWT_SECRET_PREVIOUS: signingSecret("JWT_SECRET_PREVIOUS").optional(),
  JWT_EXPIRES_IN: duration(366 * day).default(7 * day),
  REFRESH_IDLE: duration(3650 * day).optional(),
  SESSION_MAX: duration(3650 * day).default(180 * day),
  BCRYPT_COST: wholeNumber(4, 15).default(12),
  PASSWORD_MIN_LENGTH: wholeNumber(minPasswordLength, maxMinPasswordLength).default(minPasswordLength),
  SIGNUP: z.enum(signups).default("open"),
  RATE_LIMIT: onByDefault(),
  TRUST_PROXY: listOf(addressRange()),
  CORS_ORIGINS: listOf(webOrigin()),
  INTROSPECTION: z.enum(introspections).default("open"),
  SMTP_URL: secretUrl("SMTP_URL", /^smtps?:\/\/[^/]/, "smtps://user:password@host:465").optional(),
  // Line breaks and brackets would reach into other headers (RFC 5322 §3.4).
  MAIL_FROM: z
    .string()
    .regex(/^(?:[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+|[^<>@,;:"\\\r\n]+ <[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+>)$/)
    .optional(),
  PUBLIC_URL: webAddress().optional(),
  DATABASE_PREPARE: onByDefault(),
  ANSWER_CACHE: onByDefault(),
  GRAPHIQL: onByDefault(),
  LOG_LEVEL: z.enum(logLevels).default("info"),
  WEB_CONCURRENCY: wholeNumber(1, 64).default(1),
});

type Given = Record<string, string | undefined>;

/**
 * Reads the configuration from environment variables, and the files that some of them name; an empty one counts as
 * not set.
 * @throws ConfigError with all the problems at once
 */
export function readEnv(source: Given): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim() !== ""));
  const files = readFiles(given);
  const { data, error } = schema.safeParse(files.values);
  const wrong = (error?.issues ?? []).map(({ path, message }) => {
    const name = String(path[0]);
    return takes[name] === undefined
      ? message
      : `${name} is ${JSON.stringify(given[name])}; it takes ${takes[name]}.`;
  });
  const problems = [...files.problems, ...wrong, ...findMissing(given)];
  if (data !== undefined && data.REFRESH_IDLE !== undefined && data.REFRESH_IDLE > data.SESSION_MAX) {
    problems.push("REFRESH_IDLE is longer than SESSION_MAX (180d when not set), after which a session ends.");
  }
  if (data === undefined || problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return {
    port: data.PORT,
    host: data.HOST,
    databaseUrl: data.DATABASE_URL ?? null,
    databasePrepare: data.DATABASE_PREPARE,
    dataDir: data.OWNLIST_DATA,
    jwtSecret: data.JWT_SECRET ?? null,
    jwtSecretPrevious: data.JWT_SECRET_PREVIOUS ?? null,
    jwtExpiresIn: data.JWT_EXPIRES_IN,
    refreshIdle: data.REFRESH_IDLE ?? Math.min(30 * day, data.SESSION_MAX),
    sessionMax: data.SESSION_MAX,
    bcryptCost: data.BCRYPT_COST,
    passwordMinLength: data.PASSWORD_MIN_LENGTH,
    signup: data.SIGNUP,
    rateLimit: data.RATE_LIMIT,
    trustProxy: data.TRUST_PROXY,
    corsOrigins: data.CORS_ORIGINS,
    introspection: data.INTROSPECTION,
    smtpUrl: data.SMTP_URL ?? null,
    mailFrom: data.MAIL_FROM ?? null,
    publicUrl: data.PUBLIC_URL ?? null,
    answerCache: data.ANSWER_CACHE,
    graphiql: data.GRAPHIQL,
    logLevel: data.LOG_LEVEL,
    processes: data.WEB_CONCURRENCY,
  };
}

/** What has to be set because something else is. */
function findMissing(given: Given): string[] {
  const isSet = (name: string) => given[name] !== undefined || given[`${name}_FILE`] !== undefined;
  const problems: string[] = [];
  if (isSet("DATABASE_URL") && !isSet("JWT_SECRET")) {
    problems.push(
      `JWT_SECRET is not set; with DATABASE_URL it must be, so that all servers share it. ${secretRecipe}`,
    );
  }
  for (const name of ["MAIL_FROM", "PUBLIC_URL"]) {
    if (isSet("SMTP_URL") && given[name] === undefined) {
      problems.push(`${name} is not set; with SMTP_URL it must be. It takes ${takes[name]}.`);
    }
  }
  return problems;
}
