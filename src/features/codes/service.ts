import type { Transaction, ViewerTables } from "../../db/viewer-db.ts";
import { InvalidCodeError } from "../../errors.ts";
import { newId } from "../../schema/ids.ts";
import { hashOfCode, makeCode } from "./code.ts";

/** What a code is good for: setting a new password, or showing that mail to an address arrives. */
export type CodePurpose = "reset" | "verify";

export type NewCode = {
  purpose: CodePurpose;
  /** The address that it is mailed to; null where it is handed over otherwise. */
  email: string | null;
  now: Date;
  hours: number;
};

/** A code that holds, until it is used. */
export type HeldCode = { id: string; email: string | null };

const hour = 3_600_000;

/**
 * Makes a one-time code; the user's others for the same purpose end.
 * @returns it as people get to see it; it is kept as its hash alone
 */
export async function issueCode(
  { code: codes, viewerId }: Transaction,
  { purpose, email, now, hours }: NewCode,
): Promise<string> {
  const { text, hash } = makeCode();
  await codes.deleteMany({ where: { purpose } });
  const expiresAt = new Date(now.getTime() + hours * hour);
  await codes.create({
    data: { userId: viewerId, id: newId(), purpose, email, codeHash: hash, createdAt: now, expiresAt },
    select: { id: true },
  });
  return text;
}

/** @returns the code that somebody has written, if it is one of the user's for this purpose and its time is not over */
export async function findCode(
  { code: codes }: ViewerTables,
  purpose: CodePurpose,
  written: string,
  now: Date,
): Promise<HeldCode | null> {
  const codeHash = hashOfCode(written) ?? new Uint8Array();
  const where = { purpose, codeHash, expiresAt: { gt: now } };
  const [held] = await codes.findMany({ where, select: { id: true, email: true } });
  return held ?? null;
}

/**
 * Uses a code up, in the transaction of what it is used for: of several at once one gets through.
 * @throws InvalidCodeError when it has been used meanwhile
 */
export async function useCode({ code: codes }: Transaction, { id }: HeldCode): Promise<void> {
  const { count } = await codes.deleteMany({ where: { id } });
  if (count === 0) throw new InvalidCodeError();
}
