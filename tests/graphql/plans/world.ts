import {
  ConflictError,
  EmailTakenError,
  InvalidCodeError,
  InvalidCredentialsError,
  NotAvailableError,
  NotFoundError,
  ValidationError,
} from "../../../src/errors.ts";
import { encodeId } from "../../../src/schema/ids.ts";
import { createRandom, type Random } from "../../fuzz/random.ts";
import { naughtyStrings } from "../../tasks/naughty-strings.ts";

const texts = [
  ...naughtyStrings,
  "",
  "plain",
  "\ud800",
  "\udc00x",
  "a\u2028b\u2029",
  "\u0000\u001f\u007f",
  "😀",
];
const instants = [
  "1970-01-01",
  "2026-11-27T10:00:00.123Z",
  "0001-01-01",
  "9999-12-31",
  "-000043-03-15",
  "+275760-09-13",
];
const someone = "01890000-0000-7000-8000-0000000000ff";

/** Ids of things that there are, and of some that there are not. */
export const knownIds = [
  ...["Task", "Session", "PersonalToken", "SecurityEvent", "User"].flatMap((type) => [
    encodeId(type, someone),
    encodeId(type, someone.replace("ff", "00")),
  ]),
  "x",
  "",
];

const date = (random: Random) => new Date(random.chance(0.02) ? Number.NaN : random.pick(instants));
const text = (random: Random) => random.pick(texts);
const maybe =
  <T>(make: (random: Random) => T) =>
  (random: Random) =>
    random.chance(0.3) ? null : make(random);

/** What is in a column, of whatever table; now and then something that no field takes. */
const columns: Record<string, (random: Random) => unknown> = {
  id: (random) => (random.chance(0.5) ? someone : someone.replace("ff", `${random.between(10, 99)}`)),
  userId: () => someone,
  title: text,
  titleKey: text,
  description: maybe(text),
  completedAt: maybe(date),
  dueLocal: maybe(date),
  dueTimeZone: maybe((random) => random.pick(["Europe/Vienna", "UTC", "America/New_York", "No/Where"])),
  priority: (random) => (random.chance(0.01) ? 17 : random.between(0, 4)),
  version: (random) => (random.chance(0.01) ? 2 ** 40 : random.between(0, 9)),
  createdAt: date,
  updatedAt: date,
  lastSeenAt: date,
  expiresAt: date,
  lastUsedAt: maybe(date),
  emailVerifiedAt: maybe(date),
  email: text,
  pendingEmail: maybe(text),
  name: text,
  hint: text,
  address: maybe(text),
  userAgent: maybe(text),
  scopes: (random) => (random.chance(0.05) ? ["nope"] : ["tasks:read", "tasks:write"]),
  kind: (random) => (random.chance(0.05) ? "NOPE" : random.pick(["SIGNED_IN", "EXPORTED"])),
};

const domainErrors = [
  () => new NotFoundError(),
  () => new ConflictError(3),
  () => new EmailTakenError(),
  () => new InvalidCodeError(),
  () => new InvalidCredentialsError(),
  () => new NotAvailableError("not here"),
  () => new ValidationError([{ path: ["a", "0"], message: '"no"' }]),
  () => new Error("away"),
];

type Select = Record<string, unknown> | undefined;
type Args = { select?: Select; where?: unknown; take?: number };

/** A number for a text, the same each time (FNV-1a). */
const hash = (words: string) =>
  [...words].reduce((sum, letter) => Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 0x0100_0193), 0x811c_9dc5);

/**
 * What resolvers find: a database and services that answer to the same question the same each time, with rows of odd
 * values, and fail now and then.
 */
export function createWorld(number: number) {
  /** What was changed, or asked of a service, in order. */
  const done: string[] = [];
  const chanceOf = (what: string) => createRandom(number, hash(what));

  /** Comes at once, soon, or a little later. */
  async function answer<T>(random: Random, make: () => T): Promise<T> {
    if (random.chance(0.1)) await new Promise((resolve) => setImmediate(resolve));
    if (random.chance(0.04)) throw random.pick(domainErrors)();
    return make();
  }

  function rowOf(random: Random, select: Select): Record<string, unknown> {
    const names = select ? Object.keys(select).filter((name) => select[name]) : Object.keys(columns);
    return Object.fromEntries(names.map((name) => [name, columns[name]?.(random) ?? null]));
  }

  const rowsOf = (random: Random, { select, where, take = 3 }: Args, most: number) => {
    const isOne = typeof (where as { id?: unknown } | undefined)?.id === "string";
    const count = isOne ? 1 : random.between(0, Math.min(take, most));
    return Array.from({ length: count }, () => rowOf(random, select));
  };

  /** A row by its id is there or not, whatever else is asked for: who changes one tries until it is either. */
  const isGone = (table: string, { where }: Args): boolean => {
    const { id } = (where ?? {}) as { id?: unknown };
    return typeof id === "string" && chanceOf(`${table} ${id}`).chance(0.3);
  };

  const tableOf = (table: string) => {
    const ask = (operation: string, isChange: boolean, make: (random: Random, args: Args) => unknown) => {
      return (args: Args = {}) => {
        const what = `${table}.${operation} ${JSON.stringify([args.where, args.select, args.take])}`;
        // Changes name the moment, or a new id.
        if (isChange) done.push(`${table}.${operation} ${JSON.stringify(args.select)}`);
        const random = chanceOf(isChange ? `${table}.${operation} ${done.length}` : what);
        return answer(random, () => make(random, args));
      };
    };
    return {
      findMany: ask("findMany", false, (random, args) =>
        isGone(table, args) ? [] : rowsOf(random, args, 4),
      ),
      findUnique: ask("findUnique", false, (random, args) => rowsOf(random, args, 1)[0] ?? null),
      count: ask("count", false, (random) => random.between(0, 9)),
      create: ask("create", true, (random, { select }) => rowOf(random, select)),
      updateMany: ask("updateMany", true, (random) => ({ count: random.between(0, 1) })),
      deleteMany: ask("deleteMany", true, (random) => ({ count: random.between(0, 1) })),
      updateManyAndReturn: ask("updateManyAndReturn", true, (random, args) =>
        isGone(table, args) ? [] : rowsOf(random, args, 1),
      ),
    };
  };

  const names = ["task", "session", "personalToken", "securityEvent", "user", "code"] as const;
  const tables = Object.fromEntries(names.map((name) => [name, tableOf(name)]));
  const random = chanceOf("viewer");
  const account = {
    id: someone,
    email: text(random),
    name: maybe(text)(random),
    createdAt: date(random),
    emailVerified: random.chance(0.5),
  };
  const signedIn = {
    accessToken: text(random),
    expiresAt: date(random),
    sessionExpiresAt: date(random),
    refreshToken: { text: text(random) },
    user: account,
  };
  const service = (name: string, value: unknown) => () => {
    done.push(name);
    return answer(chanceOf(`${name} ${done.length}`), () => value);
  };
  const isSignedIn = random.chance(0.9);
  const db = { viewerId: someone, ...tables };
  return {
    done,
    context: {
      viewer: isSignedIn ? { ...account, sessionId: someone, tokenId: null, scopes: null, seq: "1" } : null,
      db: isSignedIn
        ? { ...db, charged: db, transaction: (run: (tables: typeof db) => unknown) => run(db) }
        : null,
      outcome: { textSize: 0, readsClock: false },
      now: () => new Date("2026-11-27"),
      caller: { requestId: "r", address: "a", network: "n", userAgent: null, isGone: () => false },
      cookie: { read: () => null, peek: () => null, set() {}, clear() {}, headers: [] },
      services: {
        accounts: {
          offer: { signup: "open", passwordMinLength: 8, sendsMail: false },
          signup: service("signup", signedIn),
          login: service("login", signedIn),
        },
        sessions: {
          refresh: service("refresh", signedIn),
          endSession: service("endSession", undefined),
          endSessionOf: service("endSessionOf", undefined),
        },
        email: {
          change: service("change", { user: account, verificationSent: true }),
          verify: service("verify", account),
          requestVerification: service("requestVerification", account.email),
        },
        passwordReset: { request: service("request", undefined), reset: service("reset", undefined) },
        profile: {
          changePassword: service("changePassword", 3),
          deleteAccount: service("deleteAccount", undefined),
        },
      },
    },
  };
}
