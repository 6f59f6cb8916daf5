import type { Prisma } from "../generated/prisma/client.ts";
import {
  maxDescriptionLength,
  maxTitleLength,
  maxTokenNameLength,
  maxUserNameLength,
} from "../rules/limits.ts";
import { daysKept } from "../rules/retention.ts";

/** Models whose rows are nobody's. */
type NobodysModel = "RateLimit" | "Installation";

/** Models whose rows are each a user's, by Prisma's names for their delegates. */
export type OwnModel = Uncapitalize<Exclude<Prisma.ModelName, NobodysModel>>;

/** What can be done with one's rows. */
export type Operation =
  | "findUnique"
  | "findMany"
  | "count"
  | "create"
  | "updateMany"
  | "updateManyAndReturn"
  | "deleteMany";

/** What goes to Prisma as it is; look-ups are ours. */
export type PrismaOperation = Exclude<Operation, "findUnique">;

/** What the code knows of a table of a user's things; the database has it from own_table() and its like. */
export type OwnTable = {
  /** Its name in the database. */
  readonly name: string;
  /** The field that says whose a row is. */
  readonly owner: "id" | "userId";
  /** What resolvers and services may do with the viewer's rows. */
  readonly operations: readonly Operation[];
  /** When rows have had their time: so many days after what the column says; null where they stay. */
  readonly expiry: { readonly column: string; readonly days: number } | null;
  /** Whether the operator's command counts them. */
  readonly isCounted: boolean;
  /** Code points of the texts that people write, by column. */
  readonly texts: Readonly<Record<string, number>>;
};

const madeAndEnded = ["findUnique", "findMany", "count", "create", "deleteMany"] as const;

/**
 * Every table of a user's things, each after those that it refers to. All of them are in backups. A model of Prisma's
 * that is not here does not compile, and a server does not start on a table that is not.
 */
export const ownTables = {
  user: {
    name: "users",
    owner: "id",
    operations: ["findMany", "updateMany", "updateManyAndReturn"],
    expiry: null,
    isCounted: false,
    texts: { name: maxUserNameLength },
  },
  session: {
    name: "sessions",
    owner: "userId",
    operations: madeAndEnded,
    expiry: { column: "expires_at", days: 0 },
    isCounted: true,
    texts: {},
  },
  personalToken: {
    name: "personal_tokens",
    owner: "userId",
    operations: madeAndEnded,
    expiry: { column: "expires_at", days: daysKept.expiredToken },
    isCounted: true,
    texts: { name: maxTokenNameLength },
  },
  code: {
    name: "codes",
    owner: "userId",
    operations: ["findMany", "create", "deleteMany"],
    expiry: { column: "expires_at", days: 0 },
    isCounted: false,
    texts: {},
  },
  securityEvent: {
    name: "security_events",
    owner: "userId",
    operations: ["findUnique", "findMany", "count", "create"],
    expiry: { column: "created_at", days: daysKept.securityEvent },
    isCounted: false,
    texts: {},
  },
  task: {
    name: "tasks",
    owner: "userId",
    operations: ["findUnique", "findMany", "count", "create", "updateMany", "updateManyAndReturn"],
    expiry: { column: "deleted_at", days: daysKept.deletedTask },
    isCounted: true,
    texts: { title: maxTitleLength, description: maxDescriptionLength },
  },
} as const satisfies Record<OwnModel, OwnTable>;

/** The same tables where which is which does not matter. */
export const everyOwnTable: readonly OwnTable[] = Object.values(ownTables);
