import type { ViewerDb } from "../../db/viewer-db.ts";
import { NotFoundError, Problems } from "../../errors.ts";
import type { Prisma } from "../../generated/prisma/client.ts";
import type { Caller } from "../../identity/caller.ts";
import { makeSecret } from "../../identity/personal-secrets.ts";
import type { Scope } from "../../identity/scopes.ts";
import { maxPersonalTokens, maxTokenDays, maxTokenNameLength } from "../../rules/limits.ts";
import { isLongerThan, unstorable } from "../../rules/text.ts";
import { type Connection, connect, newestFirst, type PageArgs } from "../../schema/connection.ts";
import { newId } from "../../schema/ids.ts";
import { recordEvent } from "../security-log/service.ts";

/** Milliseconds. */
const longestLife = maxTokenDays * 24 * 60 * 60 * 1000;

/** What its owner sees of one. */
export const tokenColumns = {
  id: true,
  name: true,
  scopes: true,
  hint: true,
  createdAt: true,
  expiresAt: true,
  lastSeenAt: true,
} as const;

export type PersonalTokenRow = Prisma.PersonalTokenGetPayload<{ select: typeof tokenColumns }>;

/** The viewer's personal tokens, newest first, those that have expired and are still kept included. */
export function listTokens(db: ViewerDb, page: PageArgs): Connection<PersonalTokenRow> {
  return connect(newestFirst("personal tokens"), page, (slice) =>
    db.personalToken.findMany({ ...slice, select: tokenColumns }),
  );
}

export async function findToken(db: ViewerDb, id: string): Promise<PersonalTokenRow | null> {
  return db.personalToken.findUnique({
    where: { userId_id: { userId: db.viewerId, id } },
    select: tokenColumns,
  });
}

type NewToken = { name: string; scopes: readonly Scope[]; expiresAt: Date };

async function check(db: ViewerDb, now: Date, { name, scopes, expiresAt }: NewToken): Promise<void> {
  const problems = new Problems();
  problems.add(["name"], unstorable("The name", name));
  if (name === "" || isLongerThan(name, maxTokenNameLength))
    problems.add(["name"], `A name has 1 to ${maxTokenNameLength} characters.`);
  if (scopes.length === 0) problems.add(["scopes"], "Give the token one scope at least.");
  const life = expiresAt.getTime() - now.getTime();
  if (!(life > 0 && life <= longestLife))
    problems.add(
      ["expiresAt"],
      `A token expires in the future, ${maxTokenDays} days from now at the latest.`,
    );
  problems.throwIfAny();
  if ((await db.personalToken.count()) < maxPersonalTokens) return;
  problems.add(["name"], `There are ${maxPersonalTokens} tokens already. Revoke one first.`);
  problems.throwIfAny();
}

/**
 * Makes a key for scripts.
 *
 * @returns it with its row; it is not kept, so this is the only time that it is seen
 * @throws ValidationError
 */
export async function createToken(
  db: ViewerDb,
  caller: Caller,
  now: Date,
  input: NewToken,
): Promise<{ secret: string; personalToken: PersonalTokenRow }> {
  const name = input.name.trim();
  const token = { name, scopes: [...new Set(input.scopes)], expiresAt: input.expiresAt };
  await check(db, now, token);
  const id = newId();
  const { secret, hash, hint } = makeSecret(db.viewerId, id);
  const row = { ...token, id, hint, createdAt: now, userId: db.viewerId };
  await db.transaction(async (tables) => {
    await tables.personalToken.create({
      data: { ...row, tokenHash: new Uint8Array(hash) },
      select: { id: true },
    });
    await recordEvent(tables, "TOKEN_CREATED", now, caller);
  });
  return { secret, personalToken: { ...row, lastSeenAt: null } };
}

/**
 * Ends a personal token, at the next request.
 * @throws NotFoundError
 */
export async function revokeToken(db: ViewerDb, caller: Caller, now: Date, id: string): Promise<void> {
  await db.transaction(async (tables) => {
    const { count } = await tables.personalToken.deleteMany({ where: { id } });
    if (count === 0) throw new NotFoundError();
    await recordEvent(tables, "TOKEN_REVOKED", now, caller);
  });
}
