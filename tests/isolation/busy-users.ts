import { randomBytes } from "node:crypto";
import pg from "pg";
import { asUser, bound } from "../../src/db/binding.ts";
import type { BoundPool } from "../../src/db/bound-pool.ts";
import { createDb, type Db } from "../../src/db/prisma.ts";
import { newId } from "../../src/schema/ids.ts";

export type Outcomes = {
  answers: number;
  /** What was wrong with an answer. */
  faults: string[];
  /** Titles of tasks that were said to be saved, and of those that the database refused to save. */
  saved: string[];
  refused: string[];
  /** How often what failed: SQLSTATE, or the words of an error that has none. */
  failures: Map<string, number>;
};

type Row = Record<string, unknown>;

/** One thing of one user's: what it answers, whether that is right, and the titles that it saves. */
type Act = { ask(): PromiseLike<Row[]>; isRight(rows: Row[]): boolean; saves?: string[] };

const insertTask = `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
  VALUES ($1, $2, $3, 't', 't', now(), now()) RETURNING title, pg_sleep(0.002)::text AS slept`;

const who = `SELECT $1::text AS canary, current_setting('app.user_id') AS id, current_user AS role, pg_sleep(0.003)::text`;

const bad = ["SELECT 1 / 0", "SELEC", "INSERT INTO tasks (user_id) VALUES (NULL)"];

/** Two new tasks and a look at them, in one transaction. */
function addTwo(db: Db, userId: string, title: string) {
  const [createdAt, updatedAt] = [new Date(), new Date()];
  const row = { userId, title, titleKey: "t", titleSearch: "t", createdAt, updatedAt };
  return db.$transaction(async (transaction) => {
    await transaction.task.create({ data: { ...row, id: newId() } });
    await transaction.task.create({ data: { ...row, id: newId() } });
    return transaction.task.findMany({ where: { title }, select: { userId: true } });
  });
}

/** The n-th thing that a user does. */
function actOf(boundPool: BoundPool, db: Db, userId: string, n: number, canary: string): Act {
  const query = async (text: string, values: unknown[], name?: string) =>
    (await boundPool.query<Row>(asUser(userId), { text, values, ...(name ? { name } : {}) })).rows;
  const acts: Act[] = [
    {
      ask: () => query(who, [canary], n % 2 === 0 ? "who" : undefined),
      isRight: ([row, ...others]) =>
        others.length === 0 && row?.canary === canary && row.id === userId && row.role === "ownlist_app",
    },
    {
      ask: () => query(insertTask, [userId, newId(), canary], "insert"),
      isRight: ([row, ...others]) => others.length === 0 && row?.title === canary,
      saves: [canary],
    },
    {
      ask: () => bound(asUser(userId), () => db.task.findMany({ take: 20, select: { userId: true } })),
      isRight: (rows) => rows.every((row) => row.userId === userId),
    },
    { ask: () => query(bad[n % 3] ?? "", []), isRight: () => false },
    {
      ask: () => bound(asUser(userId), () => addTwo(db, userId, canary)),
      isRight: (rows) => rows.length === 2 && rows.every((row) => row.userId === userId),
      saves: [canary, canary],
    },
  ];
  return acts[n % acts.length] as Act;
}

function codeOf(error: unknown): string {
  const { meta, code, message } = error as {
    meta?: { driverAdapterError?: { cause?: { originalCode?: string } } };
    code?: string;
    message: string;
  };
  const original = meta?.driverAdapterError?.cause?.originalCode;
  if (original !== undefined) return original;
  if (error instanceof pg.DatabaseError && code !== undefined) return code;
  return /terminated|not queryable|closed/.exec(message)?.[0] ?? `${code} ${message.slice(-80)}`;
}

const minAnswers = 200;

async function act(boundPool: BoundPool, db: Db, userId: string, n: number, outcomes: Outcomes) {
  const canary = randomBytes(8).toString("hex");
  const { ask, isRight, saves = [] } = actOf(boundPool, db, userId, n, canary);
  try {
    const rows = await ask();
    outcomes.answers++;
    outcomes.saved.push(...saves);
    if (!isRight(rows)) outcomes.faults.push(`${canary} of ${userId} got ${JSON.stringify(rows)}`);
  } catch (error) {
    const code = codeOf(error);
    outcomes.failures.set(code, (outcomes.failures.get(code) ?? 0) + 1);
    // A connection that breaks leaves open whether the commit was reached; what PostgreSQL reports does not.
    if (/^[0-9A-Z]{5}$/.test(code)) outcomes.refused.push(canary);
  }
}

/**
 * Keeps some users busy, each answer checked for whose it is, until the disturbance is over and enough was answered.
 *
 * @returns what came of it
 */
export async function underLoad(
  boundPool: BoundPool,
  userIds: string[],
  disturb: () => Promise<void>,
): Promise<Outcomes> {
  const db = createDb(boundPool);
  const outcomes: Outcomes = { answers: 0, faults: [], saved: [], refused: [], failures: new Map() };
  let isOver = false;
  const load = Array.from({ length: 2 * userIds.length }, async (_, worker) => {
    for (let n = worker; !isOver || outcomes.answers < minAnswers; n++)
      await act(boundPool, db, userIds[n % userIds.length] ?? "", n, outcomes);
  });
  try {
    await disturb();
  } finally {
    isOver = true;
    await Promise.all(load);
    await db.$disconnect();
  }
  return outcomes;
}
