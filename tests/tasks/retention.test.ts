import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeExpired } from "../../src/db/expired.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, type TaskApi } from "./task-api.ts";

const day = 24 * 60 * 60 * 1000;
const start = Date.parse("2026-11-21T12:00:00.000Z");

/** The server's clock. */
let now = start;

let server: TestServer;
let person: Person;
let api: TaskApi;

beforeAll(async () => {
  server = await startServer({ now: () => new Date(now), sessions: { jwtExpiresIn: 100 * 24 * 60 * 60 } });
  person = await signUp(server);
  api = createTaskApi(person);
});
afterAll(() => server.close());

const isStored = async (title: string) =>
  (await server.admin.query("SELECT FROM tasks WHERE title = $1", [title])).rowCount === 1;

async function deleteOne(title: string) {
  now = start;
  const task = await api.add({ title });
  await api.remove(task.id);
  return task;
}

const tidy = () => removeExpired(server.bound, new Date(now));

describe("a deleted task", () => {
  it("is kept for thirty days to the millisecond, and can be restored as long", async () => {
    const task = await deleteOne("just in time");
    now = start + 30 * day;
    await tidy();
    expect(await api.restore(task.id)).toEqual({ __typename: "RestoreTaskPayload", task });
  });

  it("is out of reach a millisecond later, though its row may still be there, and then goes for good", async () => {
    const { id } = await deleteOne("too late");
    now = start + 30 * day + 1;
    expect(await isStored("too late")).toBe(true);
    expect(await api.restore(id)).toMatchObject({ __typename: "NotFoundError" });
    expect(await tidy()).toMatchObject({ tasks: 1 });
    expect(await isStored("too late")).toBe(false);
    now = start;
    expect(await api.restore(id)).toMatchObject({ __typename: "NotFoundError" });
  });

  it("starts its thirty days anew with each deletion", async () => {
    const { id } = await deleteOne("twice");
    now = start + 29 * day;
    await api.restore(id);
    await api.remove(id);
    now = start + 58 * day;
    await tidy();
    expect(await api.restore(id)).toMatchObject({ __typename: "RestoreTaskPayload" });
  });
});

describe("housekeeping", () => {
  it("leaves everything alone that is not deleted, however old, and everybody who is signed in", async () => {
    now = start;
    const kept = await api.add({ title: "for ever" });
    const other = await signUp(server);
    now = start + 99 * day;
    await tidy();
    expect(await api.get(kept.id)).toEqual(kept);
    expect((await other.data("{ viewer { id } }")).viewer.id).toBe(other.id);
  });

  it("removes the sessions that have ended, which are refused before that already", async () => {
    now = start;
    const other = await signUp(server);
    const count = async () => (await server.admin.query("SELECT count(*)::int FROM sessions")).rows[0].count;
    const before = await count();
    now = start + 101 * day;
    expect((await other.send("{ viewer { id } }")).status).toBe(401);
    expect(await tidy()).toMatchObject({ sessions: before });
    expect(await count()).toBe(0);
  });
});
