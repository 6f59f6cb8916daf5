import fc from "fast-check";
import pg from "pg";
import { afterAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { ownTables } from "../../src/db/own-tables.ts";
import { createDb, type Db } from "../../src/db/prisma.ts";
import { openToListeners } from "../../src/db/statement-listener.ts";
import { type Call, recordStatement } from "../../src/db/statement-recorder.ts";
import { shapeOf } from "../../src/db/statement-shape.ts";
import { seed } from "../helpers/seed.ts";
import { calls, keepWithin } from "./calls.ts";
import { idOf } from "./rows.ts";

/** Whatever reaches it has gone past the recorder. */
const sent: unknown[] = [];
const pool = Object.assign(new pg.Pool(), {
  query: (statement: unknown) => sent.push(statement),
  connect: () => sent.push("connect"),
});
const listening = openToListeners(pool);
const db = createDb({ forPrisma: pool });

afterAll(async () => {
  await db.$disconnect();
  expect(sent).toEqual([]);
});

const userId = "01890000-0000-7000-8000-00000000aaaa";
const other = "01890000-0000-7000-8000-00000000bbbb";

const ask = (model: Call["model"], operation: Call["operation"], args: object) =>
  recordStatement(db, { model, operation, args });

/** What a statement would be sent with. */
async function valuesFor(call: Call): Promise<{ text: string; values: unknown[] } | null> {
  const recorded = await recordStatement(db, call);
  const shape = shapeOf(call.args);
  return recorded && shape && { text: recorded.text, values: recorded.valuesOf(shape.leaves) };
}

describe("the recorder", () => {
  it("hears a list without the OFFSET that is none, and its values as the adapter gives them", async () => {
    const where = { AND: [{ deletedAt: null }, { id: { lt: "x" } }, { seq: { gt: 7n } }], userId };
    const dates = {
      createdAt: { gt: new Date("2026-11-27T01:02:03Z"), lt: new Date("0099-01-01T00:00:00.040Z") },
    };
    const args = {
      where: { ...where, ...dates },
      orderBy: [{ id: "desc" }],
      take: 21,
      select: { title: true },
    };
    expect(await valuesFor({ model: "task", operation: "findMany", args })).toEqual({
      text:
        'SELECT "public"."tasks"."user_id", "public"."tasks"."id", "public"."tasks"."title" FROM "public"."tasks" ' +
        'WHERE ("public"."tasks"."deleted_at" IS NULL AND "public"."tasks"."id" < $1 AND "public"."tasks"."seq" > $2 ' +
        'AND "public"."tasks"."user_id" = $3 AND "public"."tasks"."created_at" > $4 AND "public"."tasks"."created_at" < $5) ' +
        'ORDER BY "public"."tasks"."id" DESC LIMIT $6',
      values: ["x", "7", userId, "2026-11-27 01:02:03", "0099-01-01 00:00:00.040", "21"],
    });
  });

  it("keeps an OFFSET that is one", async () => {
    const skipping = await valuesFor({
      model: "task",
      operation: "findMany",
      args: { where: { userId }, skip: 3 },
    });
    expect(skipping?.text).toMatch(/ OFFSET \$2$/);
    expect(skipping?.values).toEqual([userId, "3"]);
  });

  const session = { userId, id: "x", createdAt: new Date(), expiresAt: new Date(), address: null };
  it("notices what Prisma fills in when it is asked, though the clock stands still", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    expect(await ask("session", "create", { data: session })).toBeNull();
    expect(await ask("session", "create", { data: { ...session, lastSeenAt: new Date() } })).not.toBeNull();
  });

  it.each<[string, Call["model"], Call["operation"], object]>([
    [
      "several statements",
      "task",
      "findMany",
      { where: { userId }, select: { user: { select: { id: true } } } },
    ],
    ["a transaction", "task", "create", { data: { id: "x", title: "t", user: { connect: { id: userId } } } }],
    [
      "rows turned round in memory",
      "task",
      "findMany",
      { where: { userId }, take: -3, orderBy: [{ id: "asc" }] },
    ],
    ["a change that changes nothing", "user", "updateMany", { where: { id: userId }, data: {} }],
    ["what Prisma refuses", "task", "findMany", { where: { userId, nothing: 1 } }],
    ["a column that is not there", "task", "findMany", { where: { userId }, select: { nothing: true } }],
    ["counts of columns", "task", "count", { where: { userId }, select: { dueLocal: true } }],
  ])("leaves %s to Prisma", async (_case, model, operation, args) => {
    expect(await ask(model, operation, args)).toBeNull();
  });

  type Sent = { rows: [string, string][] };
  type Client = (id: string, send: (text: string, values: unknown[]) => Promise<Sent>) => Promise<unknown>;
  const text = `SELECT "public"."tasks"."id", "public"."tasks"."title" FROM "public"."tasks" WHERE id = $1`;
  const read = ([id, title]: [string, string]) => ({ id, title });

  it.each<[string, boolean, Client]>([
    ["does what it should", true, async (id, send) => (await send(text, [id])).rows.map(read)],
    [
      "sends two statements",
      false,
      async (id, send) => {
        await send(text, [id]);
        return (await send(text, [id])).rows.map(read);
      },
    ],
    [
      "heeds no value",
      false,
      async (_id, send) => (await send(text.replace(/ WHERE.*/, ""), [])).rows.map(read),
    ],
    [
      "writes a value into the text",
      false,
      async (id, send) => (await send(`${text}${id}`, [id])).rows.map(read),
    ],
    ["sends a text of its own", false, async (id, send) => (await send(text, [id, "x"])).rows.map(read)],
    [
      "sends a long number of its own",
      false,
      async (id, send) => (await send(text, [id, 1e12])).rows.map(read),
    ],
    ["turns the rows round", false, async (id, send) => (await send(text, [id])).rows.map(read).reverse()],
    ["leaves a row out", false, async (id, send) => (await send(text, [id])).rows.map(read).slice(1)],
    [
      "makes another value of one",
      false,
      async (id, send) => (await send(text, [id])).rows.map(([a, b]) => ({ id: a, title: `${b}!` })),
    ],
    [
      "gives a row's fields in another order",
      false,
      async (id, send) =>
        (await send(text, [id])).rows.map(([a, b], n) =>
          n === 1 ? { title: b, id: a } : { id: a, title: b },
        ),
    ],
    [
      "reads a column that nobody knows",
      false,
      async (id, send) => (await send(text.replace('"title"', '"nothing"'), [id])).rows.map(read),
    ],
    [
      "begins a transaction",
      false,
      async (id, send) => {
        await listening.connect();
        return (await send(text, [id])).rows.map(read);
      },
    ],
  ])("takes or leaves a client that %s", async (_what, isTaken, client) => {
    const send = (sql: string, values: unknown[]) =>
      listening.query({ text: sql, values, types: pg.types } as never) as unknown as Promise<Sent>;
    const findMany = ({ where }: { where: { id: string } }) => client(where.id, send);
    const call: Call = { model: "task", operation: "findMany", args: { where: { id: "x" } } };
    const recorded = await recordStatement({ task: { findMany } } as unknown as Db, call);
    expect(recorded !== null).toBe(isTaken);
  });

  it.each(calls)(
    `binds each statement to whoever asks, and mixes no values: %s (TEST_SEED=${seed})`,
    async (_name, call) => {
      const property = fc.asyncProperty(call, async (made) => {
        const [one, two] = [
          await valuesFor(keepWithin(made, userId)),
          await valuesFor(keepWithin(made, other)),
        ];
        const { owner } = ownTables[made.model];
        const column = owner === "id" ? "id" : "user_id";
        const pattern = made.operation === "create" ? null : new RegExp(`"${column}" = \\$(\\d+)`, "g");
        const places = pattern
          ? [...(one?.text ?? "").matchAll(pattern)].map(([, n]) => Number(n) - 1)
          : [
              one?.text
                .match(/\((.*?)\)/)?.[1]
                ?.split(",")
                .indexOf(`"${column}"`) ?? -1,
            ];
        expect(places.map((place) => one?.values[place])).toContain(userId);
        expect(two?.text).toBe(one?.text);
        expect(two?.values).toEqual(one?.values.map((value) => (value === userId ? other : value)));
      });
      await fc.assert(property, { seed, numRuns: 20 });
    },
  );

  it("knows one id that is looked up by one shape", () => {
    const keys = [1, 2].map((n) => shapeOf({ where: { userId, id: { in: [idOf(n)] } } })?.key);
    expect(keys[0]).toBe(keys[1]);
  });
});
