import { afterAll, beforeAll, expect, it } from "vitest";
import { createDb, type Db } from "../../src/db/prisma.ts";
import { createRecordedStatements } from "../../src/db/recorded-statements.ts";
import { bindToViewer, type ViewerDb } from "../../src/db/viewer-db.ts";
import { newId } from "../../src/schema/ids.ts";
import { createRandom } from "../fuzz/random.ts";
import { seed } from "../helpers/seed.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

const people = 30;

let server: TestServer;
let db: Db;

beforeAll(async () => {
  server = await startServer();
  db = createDb(server.bound);
});
afterAll(async () => {
  await db.$disconnect();
  await server.close();
});

/** Everything that somebody does says whose it is. */
async function act(tables: ViewerDb, index: number): Promise<void> {
  const random = createRandom(seed, index);
  const owner = tables.viewerId;
  const ids: string[] = [];
  const select = { userId: true, title: true, priority: true };
  for (let n = 0; n < 25; n++) {
    const [at, id, priority] = [new Date(), newId(), random.below(5)];
    const texts = { title: `of ${owner}`, titleKey: owner, titleSearch: `${n}` };
    const row = { id, ...texts, priority, createdAt: at, updatedAt: at, userId: owner };
    expect(await tables.task.create({ data: row, select })).toEqual({
      userId: owner,
      title: texts.title,
      priority,
    });
    ids.push(id);
    const mine = await tables.task.findMany({ where: { titleSearch: { contains: "" } }, take: 50, select });
    expect(mine).toHaveLength(ids.length);
    expect(new Set(mine.map((each) => `${each.userId} ${each.title}`))).toEqual(
      new Set([`${owner} of ${owner}`]),
    );
    const key = { userId_id: { userId: owner, id: random.pick(ids) } };
    expect((await tables.task.findUnique({ where: key }))?.titleKey).toBe(owner);
    const where = { id: random.pick(ids) };
    const changed = await tables.task.updateManyAndReturn({
      where,
      data: { version: { increment: 1 } },
      select,
    });
    expect(changed.map((each) => each.userId)).toEqual([owner]);
    expect(await tables.task.count({ where: { titleKey: owner } })).toBe(ids.length);
  }
}

it(`what many ask at once of the same shapes is answered from each one's own values (TEST_SEED=${seed})`, async () => {
  const { rows } = await server.admin.query<{ id: string }>(
    `INSERT INTO users (id, email, email_key, hashed_password, created_at)
     SELECT gen_random_uuid(), n::text, n::text, 'x', now() FROM generate_series(1, ${people}) n RETURNING id`,
  );
  const recorded = createRecordedStatements(db, server.bound);
  await Promise.all(rows.map(({ id }, index) => act(bindToViewer(db, recorded, id), index)));
});
