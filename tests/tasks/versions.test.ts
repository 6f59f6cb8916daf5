import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, type Result, type Task, type TaskApi } from "./task-api.ts";

let server: TestServer;
let person: Person;
let api: TaskApi;
let task: Task;

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  api = createTaskApi(person);
});
afterAll(() => server.close());
beforeEach(async () => {
  task = await api.add({ title: "watched" });
});

const namesOf = (results: Result[]) => results.map((result) => result.__typename);

describe("expectedVersion", () => {
  it("lets a change through at the version that was seen", async () => {
    expect(await api.change({ id: task.id, expectedVersion: 1, title: "one" })).toMatchObject({ version: 2 });
    expect(await api.change({ id: task.id, expectedVersion: 2, title: "two" })).toMatchObject({ version: 3 });
  });

  it.each([2, 0, -1, 2 ** 31 - 1, -(2 ** 31)])(
    "refuses one at %d, says where it is, changes nothing",
    async (seen) => {
      const result = await api.update({
        id: task.id,
        expectedVersion: seen,
        title: "too late",
        completed: true,
      });
      expect(result).toMatchObject({ __typename: "ConflictError", currentVersion: 1 });
      expect(result.message).toContain("version 1");
      expect(await api.get(task.id)).toEqual(task);
    },
  );

  it("of null asks for nothing", async () => {
    expect(await api.change({ id: task.id, expectedVersion: null, title: "any" })).toMatchObject({
      version: 2,
    });
  });

  it("is looked at also when the change would be none", async () => {
    const done = await api.change({ id: task.id, completed: true });
    const stale = { id: task.id, expectedVersion: 1 };
    for (const nothing of [{}, { completed: true }]) {
      const result = await api.update({ ...stale, ...nothing });
      expect(result).toMatchObject({ __typename: "ConflictError", currentVersion: 2 });
    }
    expect(await api.change({ id: task.id, expectedVersion: 2, completed: true })).toEqual(done);
  });

  it("comes after the input's own problems, and after whether the task is there", async () => {
    expect(await api.update({ id: task.id, expectedVersion: 9, title: "" })).toMatchObject({
      __typename: "ValidationError",
    });
    await api.remove(task.id);
    expect(await api.update({ id: task.id, expectedVersion: 9, title: "t" })).toMatchObject({
      __typename: "NotFoundError",
    });
  });

  it("lets one of two parallel changes win; the other hears of its version", async () => {
    for (let round = 0; round < 20; round++) {
      const { id, version } = await api.add({ title: "contested" });
      const results = await Promise.all(
        ["left", "right"].map((title) => api.update({ id, expectedVersion: version, title })),
      );
      expect(namesOf(results).sort()).toEqual(["ConflictError", "UpdateTaskPayload"]);
      expect(results.find((result) => result.currentVersion !== undefined)?.currentVersion).toBe(2);
      const winner = results.find((result) => result.task)?.task;
      expect(await api.get(id)).toEqual(winner);
    }
  });

  it("check 87: lets one of fifty win, and one complete or reopen", async () => {
    for (const change of [{ title: "won" }, { completed: true }, { completed: false }]) {
      const { version } = (await api.get(task.id)) ?? task;
      const results = await Promise.all(
        Array.from({ length: 50 }, () => api.update({ id: task.id, expectedVersion: version, ...change })),
      );
      expect(results.filter((result) => result.__typename === "UpdateTaskPayload")).toHaveLength(1);
      expect(results.filter((result) => result.__typename === "ConflictError")).toHaveLength(49);
      expect(await api.get(task.id)).toMatchObject({ version: version + 1 });
    }
  });
});

describe("parallel changes without a version", () => {
  it("all happen: fifty changes are fifty versions", async () => {
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) => api.update({ id: task.id, description: `change ${n}` })),
    );
    const versions = results.map((result) => result.task?.version ?? 0).sort((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: 50 }, (_, n) => n + 2));
    const last = results.find((result) => result.task?.version === 51)?.task;
    expect(await api.get(task.id)).toEqual(last);
  });

  it("check 87: of fifty toggles none is lost: each real change is one version, the rest are none", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        person.send(
          `mutation ($id: ID!, $to: Boolean) { updateTask(input: { id: $id, completed: $to }) {
            ... on UpdateTaskPayload { task { completed version } } } }`,
          { id: task.id, to: n % 2 === 0 },
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const seen = answers.map(({ data }) => data.updateTask.task as Task);
    // Versions alternate between done and open, and each of them was somebody's answer.
    for (const { completed, version } of seen) expect(completed).toBe(version % 2 === 0);
    const highest = Math.max(...seen.map(({ version }) => version));
    expect(new Set(seen.map(({ version }) => version)).size).toBeGreaterThanOrEqual(highest - 1);
    expect(await api.get(task.id)).toMatchObject({ version: highest, completed: highest % 2 === 0 });
  });

  it("to different fields all stay", async () => {
    await Promise.all([
      api.change({ id: task.id, title: "titled" }),
      api.change({ id: task.id, description: "described" }),
      api.change({ id: task.id, priority: "HIGH" }),
      api.change({ id: task.id, completed: true }),
      api.change({ id: task.id, due: { date: "2026-12-24" } }),
    ]);
    expect(await api.get(task.id)).toMatchObject({
      title: "titled",
      description: "described",
      priority: "HIGH",
      completed: true,
      due: { date: "2026-12-24" },
      version: 6,
    });
  });

  it("and deletion end in one of the two orders, never in an error", async () => {
    for (let round = 0; round < 20; round++) {
      const { id } = await api.add({ title: "fading" });
      const [update, removal, second] = await Promise.all([
        api.update({ id, title: "changed" }),
        api.remove(id),
        api.remove(id),
      ]);
      expect(["UpdateTaskPayload", "NotFoundError"]).toContain(update.__typename);
      expect(namesOf([removal, second]).sort()).toEqual(["DeleteTaskPayload", "NotFoundError"]);
      expect(await api.get(id)).toBeNull();
    }
  });
});
