import { pino } from "pino";
import { expect, inject, it } from "vitest";
import { asUser, bound } from "../../src/db/binding.ts";
import { bindPool } from "../../src/db/bound-pool.ts";
import { createPool } from "../../src/db/pool.ts";
import { keptStatements } from "../../src/db/prepared-names.ts";
import { createPreparing } from "../../src/db/preparing.ts";
import { createDb } from "../../src/db/prisma.ts";
import { newId } from "../../src/schema/ids.ts";
import { createDatabase } from "../helpers/database.ts";

// Behind a pooler nothing is prepared.
it.skipIf(inject("pooler") !== null)(
  "a connection keeps prepared what was used last, however many odd statements somebody sends",
  async () => {
    const database = await createDatabase();
    const log = pino({ enabled: false });
    const preparing = createPreparing(true, log);
    const pool = createPool(database.connection, log, { max: 1, preparing });
    const db = createDb(bindPool(pool, preparing));
    const ask = (n: number) => bound(asUser(newId()), () => db.$queryRawUnsafe(`SELECT ${n} AS number`));
    const prepared = async () => {
      const { rows } = await pool.query("SELECT statement FROM pg_prepared_statements");
      return rows.map(({ statement }) => statement as string);
    };
    const [first, last] = [1_000_000, 1_000_000 + keptStatements + 10];
    for (let n = first; n <= last; n++) {
      await ask(n);
      await ask(first);
    }
    const texts = await prepared();
    // The binding is one more.
    expect(texts.length).toBe(keptStatements + 1);
    expect(texts).toEqual(expect.arrayContaining([`SELECT ${first} AS number`, `SELECT ${last} AS number`]));
    expect(texts).not.toContain(`SELECT ${first + 1} AS number`);
    // What had to go is prepared anew.
    for (const n of [first + 1, first + 1]) expect(await ask(n)).toEqual([{ number: n }]);
    expect(await prepared()).toContain(`SELECT ${first + 1} AS number`);
    expect(preparing.isOn).toBe(true);
    await db.$disconnect();
    await pool.end();
    await database.drop();
  },
);

it.skipIf(inject("pooler") !== null)(
  "a statement whose values can't be sent, or that is another's of the same name, is there all the same the next time",
  async () => {
    const database = await createDatabase();
    const log = pino({ enabled: false });
    const preparing = createPreparing(true, log);
    const pool = createPool(database.connection, log, { max: 1, preparing });
    const boundPool = bindPool(pool, preparing);
    const ask = async (value: unknown, text = "SELECT $1::text AS value") =>
      (await boundPool.query(asUser(newId()), { name: "ask", text, values: [value] })).rows;
    const circular: Record<string, unknown> = {};
    circular.itself = circular;
    for (const value of ["a", "b"]) {
      expect(await ask(value)).toEqual([{ value }]);
      await expect(ask(circular)).rejects.toThrow("circular");
      expect(await ask(value, "SELECT $1::text AS other")).toEqual([{ other: value }]);
      await expect(ask(value, "SELECT $1::text AS")).rejects.toMatchObject({ code: "42601" });
    }
    expect(preparing.isOn).toBe(true);
    await pool.end();
    await database.drop();
  },
);
