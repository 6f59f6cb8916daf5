import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asUser, bound } from "../../src/db/binding.ts";
import { everyOwnTable, type PrismaOperation } from "../../src/db/own-tables.ts";
import { createDb, type Db } from "../../src/db/prisma.ts";
import { createRecordedStatements, type RecordedStatements } from "../../src/db/recorded-statements.ts";
import { signUp } from "../helpers/people.ts";
import { seed } from "../helpers/seed.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { uuidOf } from "../isolation/pair.ts";
import { calls, type GeneratedCall, keepWithin } from "./calls.ts";
import { addRows } from "./rows.ts";

let server: TestServer;
let db: Db;
let recorded: RecordedStatements;
/** Two who have the same, but their ids and addresses. */
let one: string;
let twin: string;

beforeAll(async () => {
  server = await startServer({ runsHousekeeping: false });
  db = createDb(server.bound);
  recorded = createRecordedStatements(db, server.bound);
  [one, twin] = [uuidOf((await signUp(server)).id), uuidOf((await signUp(server)).id)];
  for (const { name } of everyOwnTable) if (name !== "users") await server.admin.query(`DELETE FROM ${name}`);
  await server.admin.query("UPDATE users SET created_at = '2026-01-01', hashed_password = 'x'");
  for (const userId of [one, twin]) {
    await addRows(server, userId, 40);
    const email = `${userId}@example.com`;
    await server.admin.query("UPDATE users SET email = $2, email_key = $2 WHERE id = $1", [userId, email]);
  }
});
afterAll(async () => {
  await db.$disconnect();
  await server.close();
});

/** A value with its type and the order of its fields, for which toEqual has no eyes. */
function describeValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (value instanceof Uint8Array) return `${value.constructor.name} ${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return value.map(describeValue);
  const entries = Object.entries(value).map(([name, part]) => [name, describeValue(part)]);
  return [Object.getPrototypeOf(value) === Object.prototype ? "object" : "other", ...entries];
}

/** The same in the words of the one, whoever's it is; changes are numbered in the order in which PostgreSQL finds rows. */
function ofOne(value: unknown) {
  const text = JSON.stringify(describeValue(value)).replaceAll(twin, one);
  return JSON.parse(text.replace(/\["seq","\w+ \d+"\]/g, '["seq"]'));
}

type Outcome = { answer: unknown } | { failed: string };

async function outcomeOf(run: () => PromiseLike<unknown>): Promise<Outcome> {
  try {
    return { answer: await run() };
  } catch (error) {
    return { failed: error instanceof Error ? error.name : "" };
  }
}

function askPrisma(call: GeneratedCall, userId: string): Promise<Outcome> {
  const { model, operation, args } = keepWithin(call, userId);
  const delegate = db[model] as unknown as Record<PrismaOperation, (args: object) => PromiseLike<unknown>>;
  return outcomeOf(() => bound(asUser(userId), () => delegate[operation](args)));
}

function askRecorded(call: GeneratedCall, userId: string): Promise<Outcome> {
  return outcomeOf(async () => {
    const answer = await recorded.run(asUser(userId), keepWithin(call, userId));
    // Everything that is generated here can be recorded.
    expect(answer).not.toBeNull();
    return answer?.result;
  });
}

/** PostgreSQL gives changed rows in any order. */
function answerOf({ operation }: GeneratedCall, outcome: Outcome): unknown {
  const value = "answer" in outcome ? outcome.answer : null;
  if (operation === "findMany" || operation === "count") return describeValue(value);
  const answer = ofOne(value);
  return operation === "updateManyAndReturn"
    ? answer.map((row: unknown) => JSON.stringify(row)).sort()
    : answer;
}

const hasFailed = (outcome: Outcome) => "failed" in outcome;

/** All that a user has, without what differs between the two. */
async function everythingOf(userId: string): Promise<unknown> {
  const tables = await Promise.all(
    everyOwnTable.map(async ({ name, owner }) => {
      const column = owner === "id" ? "id" : "user_id";
      const { rows } = await server.admin.query(
        `SELECT to_jsonb(t) AS row FROM ${name} t WHERE ${column} = $1 ORDER BY id`,
        [userId],
      );
      return rows;
    }),
  );
  return ofOne(tables);
}

describe(`what is run as recorded (TEST_SEED=${seed})`, () => {
  it.each(calls)("resolves to what Prisma's client gives, and does the same: %s", async (_name, call) => {
    let failures = 0;
    const property = fc.asyncProperty(call, async (made) => {
      const isChange = !["findMany", "count"].includes(made.operation);
      const [prismas, own] = [await askPrisma(made, isChange ? one : twin), await askRecorded(made, twin)];
      if (hasFailed(prismas) || hasFailed(own)) {
        failures += 1;
        expect([hasFailed(own), own]).toEqual([hasFailed(prismas), own]);
      } else {
        expect(answerOf(made, own)).toEqual(answerOf(made, prismas));
      }
    });
    // What fails can't be made smaller: the rows are others by then.
    const numRuns = 60;
    await fc.assert(property, { seed, numRuns, endOnFailure: true });
    // Most have to say something.
    expect(failures).toBeLessThan(numRuns / 2);
    expect(await everythingOf(twin)).toEqual(await everythingOf(one));
  });
});
