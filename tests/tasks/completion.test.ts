import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, type Task, type TaskApi } from "./task-api.ts";

/** The server's clock, a minute further at each look. */
let now = new Date("2026-11-21T08:00:00.000Z");

let server: TestServer;
let api: TaskApi;
let task: Task;

beforeAll(async () => {
  server = await startServer({ now: () => new Date(now) });
  api = createTaskApi(await signUp(server));
});
afterAll(() => server.close());
beforeEach(async () => {
  task = await api.add({ title: "to be done" });
  advance();
});

/** @returns the time that it is from here on, as answers write it */
function advance(): string {
  now = new Date(now.getTime() + 60_000);
  return now.toISOString();
}

describe("completing a task", () => {
  it("sets completed and completedAt, and is a change like any other", async () => {
    const at = advance();
    const done = await api.change({ id: task.id, completed: true });
    expect(done).toEqual({ ...task, completed: true, completedAt: at, updatedAt: at, version: 2 });
    expect(await api.get(task.id)).toEqual(done);
  });

  it("a second time keeps completedAt, and is no change by itself", async () => {
    const done = await api.change({ id: task.id, completed: true });
    advance();
    expect(await api.change({ id: task.id, completed: true })).toEqual(done);
  });

  it("a second time, with another change, makes that one alone", async () => {
    const done = await api.change({ id: task.id, completed: true });
    const at = advance();
    const renamed = await api.change({ id: task.id, completed: true, title: "done twice" });
    expect(renamed).toEqual({ ...done, title: "done twice", version: 3, updatedAt: at });
  });

  it("leaves completedAt alone when something else changes", async () => {
    const done = await api.change({ id: task.id, completed: true });
    advance();
    expect(await api.change({ id: task.id, priority: "LOW" })).toMatchObject({
      completedAt: done.completedAt,
    });
  });
});

describe("reopening a task", () => {
  it.each([false, null])("with completed: %s clears completedAt", async (completed) => {
    await api.change({ id: task.id, completed: true });
    const at = advance();
    const open = await api.change({ id: task.id, completed });
    expect(open).toEqual({ ...task, version: 3, updatedAt: at });
  });

  it.each([false, null])("that is open is no change (completed: %s)", async (completed) => {
    advance();
    expect(await api.change({ id: task.id, completed })).toEqual(task);
    const at = advance();
    const renamed = await api.change({ id: task.id, completed, title: "still open" });
    expect(renamed).toEqual({ ...task, title: "still open", version: 2, updatedAt: at });
  });

  it("and completing it again gives it a new completedAt", async () => {
    const first = await api.change({ id: task.id, completed: true });
    await api.change({ id: task.id, completed: false });
    const at = advance();
    const again = await api.change({ id: task.id, completed: true });
    expect(again).toMatchObject({ completedAt: at, version: 4 });
    expect(again.completedAt).not.toBe(first.completedAt);
  });

  it("moves the task from the done ones to the open ones at once", async () => {
    const lists = async () => ({
      open: (await api.list({ filter: { completed: false } })).edges.some(({ node }) => node.id === task.id),
      done: (await api.list({ filter: { completed: true } })).edges.some(({ node }) => node.id === task.id),
    });
    await api.change({ id: task.id, completed: true });
    expect(await lists()).toEqual({ open: false, done: true });
    await api.change({ id: task.id, completed: false });
    expect(await lists()).toEqual({ open: true, done: false });
  });
});
