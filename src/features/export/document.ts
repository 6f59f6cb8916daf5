import type { Prisma } from "../../generated/prisma/client.ts";
import type { Account } from "../../identity/viewer.ts";
import { encodeId } from "../../schema/ids.ts";
import type { PersonalTokenRow } from "../personal-tokens/service.ts";
import type { SecurityEventRow } from "../security-log/service.ts";
import { describeDevice } from "../sessions/device.ts";
import type { SessionRow } from "../sessions/service.ts";
import { mapPlainFields } from "../tasks/fields.ts";
import type { exported } from "./columns.ts";

/** What stands in the document as it does in the API; docs/export.schema.json says it to others. */
export const format = { format: "ownlist-export", version: 1 };

type TaskRow = Prisma.TaskGetPayload<{ select: typeof exported.Task }>;

export function accountEntry({ id, email, emailVerified, name, createdAt }: Account) {
  return { id: encodeId("User", id), email, emailVerified, name, createdAt };
}

export function sessionEntry({ id, createdAt, lastSeenAt, expiresAt, address, userAgent }: SessionRow) {
  const device = describeDevice(userAgent);
  return { id: encodeId("Session", id), device, address, createdAt, lastSeenAt, expiresAt };
}

export function personalTokenEntry(row: PersonalTokenRow) {
  const { id, name, hint, createdAt, expiresAt, lastSeenAt: lastUsedAt } = row;
  const scopes = row.scopes.map((scope) => scope.replace(":", "_").toUpperCase());
  return { id: encodeId("PersonalToken", id), name, scopes, hint, createdAt, expiresAt, lastUsedAt };
}

export function securityEventEntry({ id, kind, createdAt: at, address, userAgent }: SecurityEventRow) {
  return { id: encodeId("SecurityEvent", id), kind, at, address, device: describeDevice(userAgent) };
}

export function taskEntry(row: TaskRow) {
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
