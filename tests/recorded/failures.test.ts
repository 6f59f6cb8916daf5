import { Writable } from "node:stream";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { bindPool } from "../../src/db/bound-pool.ts";
import { isOwnerGone, isUniqueViolation } from "../../src/db/failures.ts";
import { createPool } from "../../src/db/pool.ts";
import { createPreparing } from "../../src/db/preparing.ts";
import { createDb } from "../../src/db/prisma.ts";
import { createRecordedStatements } from "../../src/db/recorded-statements.ts";
import { bindToViewer, type ViewerDb } from "../../src/db/viewer-db.ts";
import { maskError } from "../../src/graphql/errors.ts";
import { createLog, describeError } from "../../src/runtime/log.ts";
import { newId } from "../../src/schema/ids.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { uuidOf } from "../isolation/pair.ts";

let server: TestServer;
let ann: Person;
let ben: Person;
let annId: string;
/** Past the server's pools: holds rows. */
let witness: pg.Client;

beforeAll(async () => {
  server = await startServer();
  [ann, ben] = [await signUp(server, "ann"), await signUp(server, "ben")];
  annId = uuidOf(ann.id);
  witness = new pg.Client({ ...inject("postgres"), database: server.connection.database ?? "" });
  await witness.connect();
});
afterAll(async () => {
  await witness.end();
  await server.close();
});

const log = createLog("silent", new Writable({ write: (_chunk, _encoding, done) => done() }));

/** The tables of a user, whose statements are run as recorded or by Prisma, and how many went around it. */
function open(connection: pg.ClientConfig, isRecorded: boolean) {
  const preparing = createPreparing(inject("pooler") === null, log);
  const pool = createPool(connection, log, { preparing });
  const boundPool = bindPool(pool, preparing);
  const db = createDb(boundPool);
  const around = vi.fn(boundPool.query);
  const recorded = createRecordedStatements(db, { ...boundPool, query: around as typeof boundPool.query });
  onTestFinished(async () => {
    await db.$disconnect();
    await pool.end();
  });
  const way = isRecorded ? recorded : { run: async () => null };
  return { around, tablesOf: (userId: string) => bindToViewer(db, way, userId) };
}

const newTask = (id: string, title = "t") => {
  const at = new Date();
  return { data: { id, title, titleKey: "t", titleSearch: "t", createdAt: at, updatedAt: at } as never };
};

async function hold(): Promise<void> {
  await witness.query("BEGIN");
  onTestFinished(async () => {
    await witness.query("ROLLBACK");
  });
  await witness.query("SELECT FROM users WHERE id = $1 FOR UPDATE", [annId]);
}

/** Does something to the connection that waits for the row. */
async function strike(what: "pg_cancel_backend" | "pg_terminate_backend"): Promise<void> {
  const text = `SELECT ${what}(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  await vi.waitFor(async () => expect((await server.admin.query(text)).rowCount).toBe(1), { timeout: 5000 });
}

const rename = (tables: ViewerDb) => tables.user.updateMany({ data: { name: "changed" } });

async function renameHeld(tables: ViewerDb): Promise<unknown> {
  await hold();
  return rename(tables);
}

async function renameStruck(tables: ViewerDb, what: "pg_cancel_backend" | "pg_terminate_backend") {
  await hold();
  return await Promise.all([rename(tables), strike(what)]);
}

type Kind = [name: string, fail: (tables: ViewerDb) => PromiseLike<unknown>, expected: object];

const none = { isUnique: false, isOwnerGone: false, code: "INTERNAL_SERVER_ERROR" };
const away = { ...none, code: "SERVICE_UNAVAILABLE" };
const taken = { ...none, isUnique: true };

const kinds: Kind[] = [
  [
    "an id that is taken",
    async ({ task }) => {
      const row = newTask(newId());
      await task.create(row);
      await task.create(row);
    },
    taken,
  ],
  ["an address that is another's", ({ user }) => user.updateMany({ data: { emailKey: ben.email } }), taken],
  ["a statement that is stopped", (tables) => renameStruck(tables, "pg_cancel_backend"), away],
  ["a connection that is cut", (tables) => renameStruck(tables, "pg_terminate_backend"), away],
  ["a row that stays held", renameHeld, away],
  ["a text that a check refuses", ({ task }) => task.create(newTask(newId(), "")), none],
  ["a number that a column can't hold", ({ task }) => task.count({ where: { priority: 40_000 } }), none],
  ["what is no id", ({ task }) => task.count({ where: { id: "x" } }), none],
];

async function failureOf(run: PromiseLike<unknown>): Promise<unknown> {
  try {
    await run;
  } catch (error) {
    return error;
  }
  throw new Error("nothing failed");
}

const describeFailure = (error: unknown) => ({
  isUnique: isUniqueViolation(error),
  isOwnerGone: isOwnerGone(error),
  code: maskError(error).extensions.code,
});

describe.each([
  ["as recorded", true],
  ["by Prisma", false],
])("what fails %s", (_way, isRecorded) => {
  it.each(kinds)("is told as the same: %s", async (_kind, fail, expected) => {
    const { around, tablesOf } = open(server.connection, isRecorded);
    const error = await failureOf(fail(tablesOf(annId)));
    expect(describeFailure(error)).toEqual(expected);
    expect(around.mock.calls.length > 0).toBe(isRecorded);
    // The log says what was violated, not by what.
    expect(JSON.stringify(describeError(error))).not.toMatch(new RegExp(`${ben.email}|${annId}`));
  });

  it("is told to whose account is gone as a token that is worth nothing", async () => {
    const { tablesOf } = open(server.connection, isRecorded);
    const error = await failureOf(tablesOf(newId()).task.create(newTask(newId())));
    expect(maskError(error).extensions.code).toBe("UNAUTHENTICATED");
  });

  it.each<[string, pg.ClientConfig]>([
    ["is not there", { host: "127.0.0.1", port: 1 }],
    ["speaks no TLS", { ssl: true }],
  ])("because the database %s is told as one that is away", async (_why, other) => {
    const { tablesOf } = open({ ...server.connection, ...other }, isRecorded);
    const error = await failureOf(tablesOf(annId).task.count());
    expect(describeFailure(error)).toEqual(away);
  });
});
