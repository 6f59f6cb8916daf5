import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { asUser, bound } from "../../src/db/binding.ts";
import { type OwnModel, ownTables } from "../../src/db/own-tables.ts";
import { createDb, type Db } from "../../src/db/prisma.ts";
import { createRecordedStatements } from "../../src/db/recorded-statements.ts";
import { bindToViewer, type Transaction, type ViewerDb, type ViewerTables } from "../../src/db/viewer-db.ts";
import { issueCode, useCode } from "../../src/features/codes/service.ts";
import { issueVerification } from "../../src/features/email/verification.ts";
import { endSpareSessions } from "../../src/features/sessions/service.ts";
import { newId } from "../../src/schema/ids.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { digestOf, signUpVictim, uuidOf, type Victim } from "./pair.ts";

let server: TestServer;
let db: Db;
let viewerDb: ViewerDb;
let viewer: Person;
let victim: Victim;
/** The victim's user and one of their tasks, as rows. */
let userId: string;
let id: string;
let ownId: string;

beforeAll(async () => {
  server = await startServer();
  victim = await signUpVictim(server, "canary");
  viewer = await signUp(server);
  ownId = uuidOf(await viewer.addTask({ title: "own" }));
  db = createDb(server.bound);
  viewerDb = bindToViewer(db, createRecordedStatements(db, server.bound), uuidOf(viewer.id));
  userId = uuidOf(victim.person.id);
  id = uuidOf(victim.taskIds[0] ?? "");
});
afterAll(() => server.close());

/** Filters that ask for another user's rows, one way or the other. */
const foreign = () => [
  { userId },
  { id },
  { userId, id },
  { userId: { not: uuidOf(viewer.id) } },
  { userId: { in: [userId] } },
  { OR: [{ userId }, { id }] },
  { AND: [{ userId }] },
  { NOT: { userId: uuidOf(viewer.id) } },
  { user: { id: userId } },
  { user: { is: { id: userId } } },
];

describe("the viewer's database", () => {
  it("reads no row of another user's, whatever it is asked for", async () => {
    for (const where of foreign()) {
      expect(await viewerDb.task.findMany({ where })).toEqual([]);
      expect(await viewerDb.task.count({ where })).toBe(0);
    }
    expect(await viewerDb.task.findUnique({ where: { userId_id: { userId, id } } })).toBeNull();
    const claimed = { userId_id: { userId: uuidOf(viewer.id), id } };
    expect(await viewerDb.task.findUnique({ where: claimed })).toBeNull();
    expect(await viewerDb.task.findUnique({ where: { ...claimed, OR: [{ userId }] } })).toBeNull();
    const own = { userId_id: { userId: uuidOf(viewer.id), id: ownId } };
    expect(await viewerDb.task.findUnique({ where: own })).toMatchObject({ id: ownId });
  });

  it("without a filter reads and changes the viewer's rows alone", async () => {
    const before = await digestOf(server, victim.person);
    expect((await viewerDb.task.findMany()).map((row) => row.id)).toEqual([ownId]);
    expect(await viewerDb.task.count()).toBe(1);
    expect(await viewerDb.task.count({ where: {} })).toBe(1);
    // Prisma leaves out what is undefined, which must not let in everybody's.
    const undefinedFilters = { id: undefined, userId: undefined } as object;
    expect(await viewerDb.task.findMany({ where: undefinedFilters })).toHaveLength(1);
    expect(await viewerDb.task.updateMany({ where: undefinedFilters, data: { priority: 1 } })).toEqual({
      count: 1,
    });
    expect(await viewerDb.task.updateMany({ data: { priority: 2 } })).toEqual({ count: 1 });
    expect(await viewerDb.task.updateManyAndReturn({ data: { priority: 3 }, select: { id: true } })).toEqual([
      { id: ownId },
    ]);
    expect(await digestOf(server, victim.person)).toBe(before);
  });

  it("changes no row of another user's, whatever it is asked for", async () => {
    const before = await digestOf(server, victim.person);
    for (const where of foreign()) {
      expect(await viewerDb.task.updateMany({ where, data: { title: "stolen" } })).toEqual({ count: 0 });
      expect(await viewerDb.task.updateManyAndReturn({ where, data: { deletedAt: new Date() } })).toEqual([]);
    }
    expect(await digestOf(server, victim.person)).toBe(before);
  });

  it("creates rows for the viewer alone, and gives none away", async () => {
    const before = await digestOf(server, victim.person);
    const row = {
      ...{ title: "t", titleKey: "t", titleSearch: "t" },
      ...{ createdAt: new Date(), updatedAt: new Date() },
    };
    const made = await viewerDb.task.create({ data: { ...row, id: newId(), userId } });
    expect(made.userId).toBe(uuidOf(viewer.id));
    const connected = { data: { ...row, id: newId(), user: { connect: { id: userId } } } };
    await expect((async () => viewerDb.task.create(connected))()).rejects.toThrow();
    for (const data of [{ userId }, { userId: { set: userId } }]) {
      await expect((async () => viewerDb.task.updateMany({ where: { id: ownId }, data }))()).rejects.toThrow(
        /owner/,
      );
      await expect(
        (async () => viewerDb.task.updateManyAndReturn({ where: { id: ownId }, data }))(),
      ).rejects.toThrow(/owner/);
    }
    expect(await digestOf(server, victim.person)).toBe(before);
    expect(await db.task.count({ where: { userId } })).toBe(0);
    expect(await bound(asUser(userId), () => db.task.count({ where: { userId } }))).toBe(13);
  });

  it("gets nowhere else along relations", async () => {
    const [row] = await viewerDb.task.findMany({
      where: { id: ownId },
      select: { user: { select: { id: true, tasks: { select: { userId: true } } } } },
    });
    expect(row?.user.id).toBe(uuidOf(viewer.id));
    expect(new Set(row?.user.tasks.map((task) => task.userId))).toEqual(new Set([uuidOf(viewer.id)]));
  });

  it("has no operation that would go around the filter", () => {
    const operations = ["delete", "update", "upsert", "createMany", "aggregate", "groupBy", "findFirst"];
    const tables = Object.keys(ownTables) as OwnModel[];
    for (const table of tables) {
      expect(operations.filter((operation) => operation in viewerDb[table])).toEqual([]);
      expect(Object.keys(viewerDb[table])).toEqual(ownTables[table].operations);
    }
    const has: string[] = [];
    for (let part = viewerDb; part !== Object.prototype; part = Object.getPrototypeOf(part))
      has.push(...Object.getOwnPropertyNames(part).filter((name) => name !== "constructor"));
    expect(has.sort()).toEqual([...tables, "charged", "snapshot", "transaction", "viewerId"].sort());
  });

  it("is the same at the viewer's expense, inside of a transaction, and of a snapshot", async () => {
    const before = await digestOf(server, victim.person);
    const seen = { where: { OR: [{ userId }, { userId: { not: userId } }] } };
    const owners = async ({ task, session }: ViewerTables) => {
      const rows = [...(await task.findMany(seen)), ...(await session.findMany(seen))];
      return new Set(rows.map((row) => row.userId));
    };
    const own = new Set([uuidOf(viewer.id)]);
    expect(await owners(viewerDb.charged)).toEqual(own);
    expect(await viewerDb.transaction(owners)).toEqual(own);
    expect(await viewerDb.snapshot(5000, owners)).toEqual(own);
    expect(await digestOf(server, victim.person)).toBe(before);
  });

  it("is no transaction, which what writes more than once takes: the compiler knows", () => {
    for (const write of [issueCode, useCode, endSpareSessions, issueVerification])
      expectTypeOf(write).parameter(0).toEqualTypeOf<Transaction>();
    expectTypeOf<ViewerDb>().not.toExtend<Transaction>();
    expectTypeOf<ViewerDb["charged"]>().not.toExtend<Transaction>();
    expectTypeOf<Parameters<Parameters<ViewerDb["snapshot"]>[1]>[0]>().not.toExtend<Transaction>();
    expectTypeOf<Parameters<Parameters<ViewerDb["transaction"]>[0]>[0]>().toExtend<Transaction>();
  });

  it("deletes no row of another user's, whatever it is asked for", async () => {
    const before = await digestOf(server, victim.person);
    for (const where of [...foreign(), { user: { email: victim.person.email } }]) {
      for (const table of [viewerDb.session, viewerDb.personalToken, viewerDb.code])
        expect(await (table as typeof viewerDb.session).deleteMany({ where })).toEqual({ count: 0 });
    }
    expect(await digestOf(server, victim.person)).toBe(before);
  });
});
