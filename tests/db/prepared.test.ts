import { pino } from "pino";
import { expect, inject, it } from "vitest";
import { asUser, bound } from "../../src/db/binding.ts";
import { bindPool } from "../../src/db/bound-pool.ts";
import { keptStatements } from "../../src/db/bound-query.ts";
import { createPool } from "../../src/db/pool.ts";
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
