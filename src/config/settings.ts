import { resolve } from "node:path";
import { z } from "zod";
import { maxMinPasswordLength, minPasswordLength } from "../rules/limits.ts";
import { secretUrl } from "./secret-url.ts";
import {
  addressRange,
  duration,
  listOf,
  onByDefault,
  signingSecret,
  webAddress,
  webOrigin,
  wholeNumber,
} from "./values.ts";

/** What is said of a variable. */
export type Setting = {
  name: string;
  /** What it does, as the README's table has it. */
  about: string;
  /** What it takes, for who gave it something else; left out where the rule itself says what is wrong. */
  takes?: string;
  /** Whether it is a secret, which may stand in a file that the name with `_FILE` behind it names. */
  isSecret?: true;
};

const words = z.registry<Setting>();

const orNull = <Kind extends z.ZodType<unknown, string>>(kind: Kind) => kind.nullable().default(null);

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const signups = ["open", "closed", "invite"] as const;
const introspections = ["open", "signed-in", "off"] as const;
/** In seconds. */
export const day = 86_400;

// Line breaks and brackets would reach into other headers (RFC 5322 §3.4).
const sender = /^(?:[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+|[^<>@,;:"\\\r\n]+ <[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+>)$/;

/** The configuration: each variable once, with its rule and its words, in the group that it travels in. */
export const configuration = z.object({
  listen: z.object({
    /** 0: any free port. */
    port: wholeNumber(0, 65_535).default(4000).register(words, {
      name: "PORT",
      about: "Port to listen on; `0` takes any that is free.",
      takes: "a number from 0 (any free port) to 65535",
    }),
    host: z
      .string()
      .regex(/^[\w.:%-]+$/)
      .default("127.0.0.1")
      .register(words, {
        name: "HOST",
        about: "Address to listen on; `0.0.0.0` lets other machines in (put TLS in front of it).",
        takes: "an address or name of this machine, such as 127.0.0.1 or 0.0.0.0",
      }),
  }),
  database: z.object({
    /** Null: the server runs a PostgreSQL of its own. */
    url: orNull(secretUrl(/^postgres(ql)?:\/\//, "postgresql://user:password@host:5432/database")).register(
      words,
      {
        name: "DATABASE_URL",
        about: "Any PostgreSQL from version 14 on. Without it Ownlist runs its own.",
        isSecret: true,
      },
    ),
    /** Whether statements are prepared, which transaction poolers can't have. */
    prepare: onByDefault().register(words, {
      name: "DATABASE_PREPARE",
      about:
        "`off` behind a pooler that changes connections between transactions, such as PgBouncer's transaction mode. Where it is missing Ownlist finds out, goes on as if it were set, and says so in the log.",
      takes: "on or off",
    }),
    /** Absolute. */
    dataDir: z
      .string()
      .default("data")
      .transform((path) => resolve(path))
      .register(words, {
        name: "OWNLIST_DATA",
        about: "Folder for the embedded database and the secret.",
      }),
  }),
  sessions: z.object({
    /** Null: made on the first start and kept in the data folder. */
    jwtSecret: orNull(signingSecret()).register(words, {
      name: "JWT_SECRET",
      about: "Signs access tokens; 32 bytes or more. Required with `DATABASE_URL`.",
      isSecret: true,
    }),
    /** What signed tokens before, which are good until they expire; null when there is none. */
    jwtSecretPrevious: orNull(signingSecret()).register(words, {
      name: "JWT_SECRET_PREVIOUS",
      about: "The secret from before: tokens that it signed stay good. Take it away after `REFRESH_IDLE`.",
      isSecret: true,
    }),
    /** Seconds that an access token is valid. */
    jwtExpiresIn: duration(366 * day)
      .default(7 * day)
      .register(words, {
        name: "JWT_EXPIRES_IN",
        about:
          "How long an access token lasts: `30m`, `12h`, `7d`, or seconds. Shortening it ends tokens made for longer.",
        takes: "a time such as 7d, 12h, 30m or 3600 (seconds), 366 days at most",
      }),
    /** Seconds that a session goes on without being refreshed; no more than `sessionMax`. */
    refreshIdle: duration(3650 * day)
      .optional()
      .register(words, {
        name: "REFRESH_IDLE",
        about: "How long somebody stays signed in without coming back; no longer than `SESSION_MAX`.",
        takes: "a time such as 30d or 12h, 3650 days at most",
      }),
    /** Seconds that a session lasts, however often it is refreshed. */
    sessionMax: duration(3650 * day)
      .default(180 * day)
      .register(words, {
        name: "SESSION_MAX",
        about: "How long somebody stays signed in at most, however often they come back; 3650 days at most.",
        takes: "a time such as 180d or 12h, 3650 days at most",
      }),
  }),
  signup: z.object({
    bcryptCost: wholeNumber(4, 15).default(12).register(words, {
      name: "BCRYPT_COST",
      about: "Work that hashing a password takes; each step doubles it.",
      takes: "a number from 4 to 15",
    }),
    /** In code points. */
    passwordMinLength: wholeNumber(minPasswordLength, maxMinPasswordLength)
      .default(minPasswordLength)
      .register(words, {
        name: "PASSWORD_MIN_LENGTH",
        about: `Characters that a new password has at least; ${minPasswordLength} to ${maxMinPasswordLength}.`,
        takes: `a number from ${minPasswordLength} to ${maxMinPasswordLength}`,
      }),
    /** Who may make an account: anybody, nobody, or who has an invite code. */
    policy: z
      .enum(signups)
      .default("open")
      .register(words, {
        name: "SIGNUP",
        about: "Who may make an account: `open` anybody, `closed` nobody, `invite` who has an invite code.",
        takes: `one of ${signups.join(", ")}`,
      }),
  }),
  limits: z.object({
    /** Whether requests are counted, and refused past the limits. */
    rateLimit: onByDefault().register(words, {
      name: "RATE_LIMIT",
      about: "`off` counts no requests; for benchmarks and tests only.",
      takes: "on or off",
    }),
  }),
  http: z.object({
    /** Proxies that may say for whom they speak: IP addresses and ranges in CIDR notation. */
    trustProxy: listOf(addressRange()).register(words, {
      name: "TRUST_PROXY",
      about:
        "Proxies that may say for whom they speak: addresses and ranges such as `127.0.0.1, 10.0.0.0/8`; see [behind a reverse proxy](docs/self-hosting.md#behind-a-reverse-proxy).",
      takes: "IP addresses and ranges such as 10.0.0.0/8, with commas between them",
    }),
    /** Origins whose pages may call the API besides our own. */
    corsOrigins: listOf(webOrigin()).register(words, {
      name: "CORS_ORIGINS",
      about:
        "Other sites whose pages may call the API: origins such as `https://app.example.com`, with commas between them.",
      takes:
        'origins such as https://app.example.com, with commas between them (never "*": name each site that may call)',
    }),
    /** Where people reach the server, without a slash at the end; null when nobody has said. */
    publicUrl: orNull(webAddress()).register(words, {
      name: "PUBLIC_URL",
      about:
        "Where people reach the web client, such as `https://tasks.example.com` or `https://example.com/tasks`. Required below a path, and with `SMTP_URL`.",
      takes:
        "an address such as https://tasks.example.com or https://example.com/tasks; its path may not be one of Ownlist's own, such as /graphql",
    }),
  }),
  graphql: z.object({
    /** Who may read the schema from the API. */
    introspection: z
      .enum(introspections)
      .default("open")
      .register(words, {
        name: "INTROSPECTION",
        about:
          "Who may read the schema from the API: `open` anybody, `signed-in` who has an account, `off` nobody.",
        takes: `one of ${introspections.join(", ")}`,
      }),
    /** Whether answers to queries are kept for as long as they are right. */
    answerCache: onByDefault().register(words, {
      name: "ANSWER_CACHE",
      about:
        "`off` works every answer out anew; otherwise one is kept in memory until anything of its user's changes.",
      takes: "on or off",
    }),
    /** Whether a browser finds GraphiQL at /graphql. */
    graphiql: onByDefault().register(words, {
      name: "GRAPHIQL",
      about: "`off` takes GraphiQL away.",
      takes: "on or off",
    }),
  }),
  mail: z.object({
    smtpUrl: orNull(secretUrl(/^smtps?:\/\/[^/]/, "smtps://user:password@host:465")).register(words, {
      name: "SMTP_URL",
      about: "Mail server, such as `smtps://user:password@host:465`. Without it no mail is sent.",
      isSecret: true,
    }),
    from: orNull(z.string().regex(sender)).register(words, {
      name: "MAIL_FROM",
      about: "Sender of mails. Required with `SMTP_URL`.",
      takes: "an e-mail address, or a name and one: Ownlist <tasks@example.com>",
    }),
  }),
  runtime: z.object({
    /** That serve, on one port and one database. */
    processes: wholeNumber(1, 64).default(1).register(words, {
      name: "WEB_CONCURRENCY",
      about: "Processes that serve, 1 to 64, on one port and one database. One that dies is replaced.",
      takes: "a number of processes from 1 to 64",
    }),
    logLevel: z
      .enum(logLevels)
      .default("info")
      .register(words, {
        name: "LOG_LEVEL",
        about: "`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.",
        takes: `one of ${logLevels.join(", ")}`,
      }),
  }),
});

/** @returns what is said of a variable, by its rule */
export function wordsOf(rule: z.ZodType): Setting {
  const setting = words.get(rule);
  if (setting === undefined) throw new Error("a variable has no words");
  return setting;
}

/** All variables, in the order in which people are told of them. */
export const settings: Setting[] = Object.values(configuration.shape).flatMap(({ shape }) =>
  Object.values(shape).map(wordsOf),
);
