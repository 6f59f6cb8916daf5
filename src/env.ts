import { resolve } from "node:path";
import { z } from "zod";

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
  /** In seconds. */
  jwtExpiresIn: number;
  bcryptCost: number;
  /** In code points. */
  passwordMinLength: number;
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
const secretRecipe = `Make one with: node -p 'crypto.randomBytes(32).toString("base64url")'`;
const maxExpiry = 366 * 86_400;

// What a variable takes, as it stands in the line that tells of a wrong value.
const takes: Record<string, string> = {
  PORT: "a number from 0 (any free port) to 65535",
  HOST: "an address or name of this machine, such as 127.0.0.1 or 0.0.0.0",
  JWT_EXPIRES_IN: "a time such as 7d, 12h, 30m or 3600 (seconds), 366 days at most",
  BCRYPT_COST: "a number from 4 to 15",
  PASSWORD_MIN_LENGTH: "a number from 8 to 64",
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
  DATABASE_URL: z.string().superRefine(checkDatabaseUrl).optional(),
  OWNLIST_DATA: z
    .string()
    .default("data")
    .transform((path) => resolve(path)),
  JWT_SECRET: z.string().superRefine(checkSecret).optional(),
  JWT_EXPIRES_IN: z
    .string()
    .regex(/^\d{1,9}[smhd]?$/)
    .default("7d")
    .transform(inSeconds)
    .refine((value) => value >= 1 && value <= maxExpiry),
  BCRYPT_COST: wholeNumber(4, 15).default(12),
  PASSWORD_MIN_LENGTH: wholeNumber(8, 64).default(8),
  DATABASE_PREPARE: onByDefault(),
  ANSWER_CACHE: onByDefault(),
  GRAPHIQL: onByDefault(),
  LOG_LEVEL: z.enum(logLevels).default("info"),
  WEB_CONCURRENCY: wholeNumber(1, 64).default(1),
});

/**
 * Reads the configuration from environment variables; an empty one counts as not set.
 * @throws ConfigError with all the problems at once
 */
export function readEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim() !== ""));
  const { data, error } = schema.safeParse(given);
  const problems = (error?.issues ?? []).map(({ path, message }) => {
    const name = String(path[0]);
    return takes[name] === undefined
      ? message
      : `${name} is ${JSON.stringify(given[name])}; it takes ${takes[name]}.`;
  });
  if (given.DATABASE_URL !== undefined && given.JWT_SECRET === undefined) {
    problems.push(
      `JWT_SECRET is not set; with DATABASE_URL it must be, so that all servers share it. ${secretRecipe}`,
    );
  }
  if (data === undefined || problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return {
    port: data.PORT,
    host: data.HOST,
    databaseUrl: data.DATABASE_URL ?? null,
    databasePrepare: data.DATABASE_PREPARE,
    dataDir: data.OWNLIST_DATA,
    jwtSecret: data.JWT_SECRET ?? null,
    jwtExpiresIn: data.JWT_EXPIRES_IN,
    bcryptCost: data.BCRYPT_COST,
    passwordMinLength: data.PASSWORD_MIN_LENGTH,
    answerCache: data.ANSWER_CACHE,
    graphiql: data.GRAPHIQL,
    logLevel: data.LOG_LEVEL,
    processes: data.WEB_CONCURRENCY,
  };
}

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

function checkSecret(secret: string, context: z.RefinementCtx): void {
  const problem = secretProblem(secret);
  if (problem !== null)
    context.addIssue({ code: "custom", message: `JWT_SECRET ${problem} ${secretRecipe}` });
}

function checkDatabaseUrl(url: string, context: z.RefinementCtx): void {
  // The address may hold a password, so it is not shown.
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    const message = "DATABASE_URL is not an address such as postgresql://user:password@host:5432/database.";
    context.addIssue({ code: "custom", message });
  }
}

function onByDefault() {
  const choice = z.enum(["on", "off"]).default("on");
  return choice.transform((value) => value === "on");
}

function wholeNumber(min: number, max: number) {
  const number = z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number);
  return number.refine((value) => value >= min && value <= max);
}

function inSeconds(time: string): number {
  const factors: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
  return Number.parseInt(time, 10) * (factors[time.slice(-1)] ?? 1);
}
