import { asAddress, asUser, bound, type Guard } from "../../db/binding.ts";
import type { BoundPool } from "../../db/bound-pool.ts";
import { createDb, type Db } from "../../db/prisma.ts";
import { createRecordedStatements } from "../../db/recorded-statements.ts";
import { bindToViewer, type ReadLongTexts, type ViewerDb } from "../../db/viewer-db.ts";
import { accountColumns } from "../../identity/viewer.ts";

const select = {
  ...accountColumns,
  hashedPassword: true,
  disabledAt: true,
};

/** Finds accounts before anybody is known, and makes them; binds what is one account's to it. */
export function createAccountStore(pool: BoundPool) {
  const db = createDb(pool);
  const recorded = createRecordedStatements(db, pool);
  return {
    /** @param emailKey the account's address as it is compared */
    async find(emailKey: string) {
      const where = { emailKey };
      const [account] = await bound(asAddress(emailKey), () => db.user.findMany({ where, select }));
      return account ?? null;
    },
    /** @throws a unique violation where the address is another account's or the invitation was used */
    async create(data: { id: string } & Parameters<Db["user"]["create"]>[0]["data"]): Promise<void> {
      await bound(asUser(data.id), () => db.user.create({ data, select: { id: true } }));
    },
    /** What is one account's, and nothing else. */
    bind: (userId: string, readLongTexts?: ReadLongTexts, guard?: Guard): ViewerDb =>
      bindToViewer(db, recorded, userId, readLongTexts, guard),
    /** Lets go of what it holds; the pool stays open. */
    close: (): Promise<void> => db.$disconnect(),
  };
}

export type AccountStore = ReturnType<typeof createAccountStore>;
