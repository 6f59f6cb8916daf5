import type { OwnModel } from "../../db/own-tables.ts";
import type { ViewerTables } from "../../db/viewer-db.ts";
import type { Prisma } from "../../generated/prisma/client.ts";
import { type Account, accountColumns } from "../../identity/viewer.ts";
import { encodeId } from "../../schema/ids.ts";
import { type PersonalTokenRow, tokenColumns } from "../personal-tokens/service.ts";
import { eventColumns, type SecurityEventRow } from "../security-log/service.ts";
import { describeDevice } from "../sessions/device.ts";
import { type SessionRow, sessionColumns } from "../sessions/service.ts";
import { mapPlainFields } from "../tasks/fields.ts";
import { restorableSince, taskColumns } from "../tasks/service.ts";

/** What stands in the document as it does in the API; docs/export.schema.json says it to others. */
export const format = { format: "ownlist-export", version: 1 };

/** The columns that the document is made from: what the owner sees in the API. */
export const exported = {
  User: accountColumns,
  Session: sessionColumns,
  PersonalToken: tokenColumns,
  SecurityEvent: eventColumns,
  Task: { ...taskColumns, deletedAt: true },
  Code: {},
} as const;

type Models = Prisma.TypeMap["model"];
type Columns<Model extends keyof Models> = keyof Models[Model]["payload"]["scalars"];

const owner = "The account's, like everything in the document.";
const secret = "Shows a secret, or the hash of one.";
const internal = "Of no use outside of this server.";
const derived = "Made from the rest, to compare, search and sort by.";

/** The other columns, each with the reason. One that is new does not compile before it is here or in the document. */
export const leftOut = {
  User: {
    emailKey: derived,
    hashedPassword: secret,
    disabledAt: "Nobody whose account is locked gets the document.",
    inviteId: internal,
    seq: internal,
  },
  Session: {
    userId: owner,
    refreshHash: secret,
    refreshSpentHash: secret,
    refreshGeneration: internal,
    refreshedAt: internal,
    refreshUsed: internal,
    seq: internal,
  },
  PersonalToken: { userId: owner, tokenHash: secret, seq: internal },
  SecurityEvent: { userId: owner, seq: internal },
  Task: { userId: owner, titleKey: derived, titleSearch: derived, descriptionSearch: derived, seq: internal },
  Code: {
    userId: owner,
    id: internal,
    purpose: internal,
    email: internal,
    codeHash: secret,
    createdAt: internal,
    expiresAt: internal,
    seq: internal,
  },
} as const satisfies {
  [M in Capitalize<OwnModel>]: Record<Exclude<Columns<M>, keyof (typeof exported)[M]>, string>;
};

type TaskRow = Prisma.TaskGetPayload<{ select: typeof exported.Task }>;

export function accountEntry({ id, email, emailVerified, name, createdAt }: Account) {
  return { id: encodeId("User", id), email, emailVerified, name, createdAt };
}

function sessionEntry({ id, createdAt, lastSeenAt, expiresAt, address, userAgent }: SessionRow) {
  const device = describeDevice(userAgent);
  return { id: encodeId("Session", id), device, address, createdAt, lastSeenAt, expiresAt };
}

function personalTokenEntry(row: PersonalTokenRow) {
  const { id, name, hint, createdAt, expiresAt, lastSeenAt: lastUsedAt } = row;
  const scopes = row.scopes.map((scope) => scope.replace(":", "_").toUpperCase());
  return { id: encodeId("PersonalToken", id), name, scopes, hint, createdAt, expiresAt, lastUsedAt };
}

function securityEventEntry({ id, kind, createdAt: at, address, userAgent }: SecurityEventRow) {
  return { id: encodeId("SecurityEvent", id), kind, at, address, device: describeDevice(userAgent) };
}

function taskEntry(row: TaskRow) {
  const { title, description, completedAt, version, createdAt, updatedAt, deletedAt } = row;
  return {
    id: encodeId("Task", row.id),
    title,
    description,
    completed: completedAt !== null,
    completedAt,
    due: dueEntry(row),
    ...mapPlainFields(({ exported = (value) => value }, column) => exported(row[column])),
    version,
    createdAt,
    updatedAt,
    deletedAt,
  };
}

function dueEntry({ dueLocal, dueTimeZone: timeZone }: TaskRow) {
  if (dueLocal === null) return null;
  const local = dueLocal.toISOString();
  return { date: local.slice(0, 10), time: timeZone === null ? null : local.slice(11, 16), timeZone };
}

/** Rows of a list, from one on. */
type Page = { where: { id?: { gt: string } }; orderBy: { id: "asc" }; take: number };

/** One list of the document: how a page of its rows is read, and what stands in it for each. */
export type List = (tables: ViewerTables, page: Page, now: Date) => Promise<{ id: string; entry: object }[]>;

const listOf =
  <Row extends { id: string }>(
    find: (tables: ViewerTables, page: Page, now: Date) => Promise<Row[]>,
    entryOf: (row: Row) => object,
  ): List =>
  async (tables, page, now) =>
    (await find(tables, page, now)).map((row) => ({ id: row.id, entry: entryOf(row) }));

/** The lists of the document, by their names in it. */
export const lists: Record<string, List> = {
  sessions: listOf(({ session }, { where, ...page }, now) => {
    const living = { expiresAt: { gt: now } };
    return session.findMany({ ...page, where: { AND: [living, where] }, select: exported.Session });
  }, sessionEntry),
  personalTokens: listOf(
    ({ personalToken }, page) => personalToken.findMany({ ...page, select: exported.PersonalToken }),
    personalTokenEntry,
  ),
  securityEvents: listOf(
    ({ securityEvent }, page) => securityEvent.findMany({ ...page, select: exported.SecurityEvent }),
    securityEventEntry,
  ),
  tasks: listOf(({ task }, { where, ...page }, now) => {
    const existing = { OR: [{ deletedAt: null }, { deletedAt: { gte: restorableSince(now) } }] };
    return task.findMany({ ...page, where: { AND: [existing, where] }, select: exported.Task });
  }, taskEntry),
};
