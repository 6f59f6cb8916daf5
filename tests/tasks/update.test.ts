import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, type Task, type TaskApi, wrongFields } from "./task-api.ts";

let server: TestServer;
let person: Person;
let api: TaskApi;
let task: Task;

const full = {
  title: "call grandmother",
  description: "on *Sunday*",
  due: { date: "2026-11-22", time: "15:00", timeZone: "Europe/Berlin" },
  priority: "HIGH",
};

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  api = createTaskApi(person);
});
afterAll(() => server.close());
beforeEach(async () => {
  task = await api.add(full);
});

describe("updateTask", () => {
  it.each([
    ["title", { title: "call grandfather" }, { title: "call grandfather" }],
    ["description", { description: "by video" }, { description: "by video" }],
    ["priority", { priority: "LOW" }, { priority: "LOW" }],
    [
      "due",
      { due: { date: "2027-01-01" } },
      { due: { date: "2027-01-01", time: null, timeZone: null, at: null } },
    ],
  ])("changes the %s alone when nothing else is given", async (_field, change, expected) => {
    const changed = await api.change({ id: task.id, ...change });
    const { updatedAt, ...rest } = task;
    expect(changed).toEqual({ ...rest, ...expected, version: 2, updatedAt: changed.updatedAt });
    expect(changed.updatedAt >= updatedAt).toBe(true);
    expect(await api.get(task.id)).toEqual(changed);
  });

  it.each([
    ["description", { description: null }],
    ["due", { due: null }],
  ])("clears the %s when it is null", async (field, change) => {
    expect(await api.change({ id: task.id, ...change })).toMatchObject({ [field]: null, version: 2 });
  });

  it("makes a priority of null NONE", async () => {
    expect(await api.change({ id: task.id, priority: null })).toMatchObject({ priority: "NONE", version: 2 });
  });

  it("refuses to clear the title, and does nothing else then", async () => {
    const result = await api.update({ id: task.id, title: null, description: "changed" });
    expect(result.__typename).toBe("ValidationError");
    expect(wrongFields(result)).toEqual(["title"]);
    expect(await api.get(task.id)).toEqual(task);
  });

  it("changes several fields as one change", async () => {
    const changes = { title: "both", description: null, completed: true, due: null, priority: "URGENT" };
    const changed = await api.change({ id: task.id, ...changes });
    expect(changed).toMatchObject({ ...changes, version: 2 });
    expect(changed.completedAt).not.toBeNull();
  });

  it("keeps the variables that a client declares but does not send apart from those it sends as null", async () => {
    const document = `mutation ($id: ID!, $title: String, $description: String, $due: DueInput) {
      updateTask(input: { id: $id, title: $title, description: $description, due: $due, priority: LOW }) {
        ... on UpdateTaskPayload { task { title description due { date } priority } }
      }
    }`;
    const { updateTask } = await person.data(document, { id: task.id, description: null });
    expect(updateTask.task).toEqual({
      title: full.title,
      description: null,
      due: { date: full.due.date },
      priority: "LOW",
    });
  });

  it("replaces a due date as a whole: a day given alone takes the time away", async () => {
    const { due } = await api.change({ id: task.id, due: { date: "2026-11-23" } });
    expect(due).toEqual({ date: "2026-11-23", time: null, timeZone: null, at: null });
  });

  it("changes nothing, not even version and updatedAt, when no field is given", async () => {
    expect(await api.change({ id: task.id })).toEqual(task);
    expect(await api.change({ id: task.id, expectedVersion: 1 })).toEqual(task);
  });

  it("trims a new title and checks it as createTask does, with all other problems", async () => {
    expect((await api.change({ id: task.id, title: "  spaced  " })).title).toBe("spaced");
    const due = { date: "2026-11-21", timeZone: "Europe/Berlin" };
    const result = await api.update({ id: task.id, title: "", description: "d".repeat(20_001), due });
    expect(wrongFields(result).sort()).toEqual(["description", "due.timeZone", "title"]);
  });

  it("finds the task by what it says now, no longer by what it said", async () => {
    const { id } = await api.change({ id: task.id, title: "zebra crossing", description: "quagga" });
    const found = async (search: string) =>
      (await api.list({ filter: { search } })).edges.map(({ node }) => node.id);
    expect(await found("zebra QUAGGA")).toEqual([id]);
    expect(await found("on sunday")).not.toContain(id);
    await api.change({ id, description: null });
    expect(await found("quagga")).toEqual([]);
  });

  it.each([
    ["nothing of the result", "{ __typename }"],
    ["errors alone", "{ ... on Error { message } }"],
    ["the task's type alone", "{ ... on UpdateTaskPayload { task { __typename } } }"],
  ])("makes the change also when the caller asks for %s", async (_case, selection) => {
    const answer = await person.send(
      `mutation ($id: ID!) { updateTask(input: { id: $id, title: "unseen" }) ${selection} }`,
      { id: task.id },
    );
    expect(answer).toMatchObject({ status: 200 });
    expect(await api.get(task.id)).toMatchObject({ title: "unseen", version: 2 });
  });

  it.each([
    ["no id", { title: "t" }],
    ["null for the id", { id: null, title: "t" }],
    ["an object for the id", { id: { not: "" }, title: "t" }],
    ["an empty input", {}],
    ["a version beyond 32 bits", { id: "x", expectedVersion: 2 ** 31 }],
    ["half a version", { id: "x", expectedVersion: 1.5 }],
    ["a version in quotes", { id: "x", expectedVersion: "1" }],
    ["a word for completed", { id: "x", completed: "yes" }],
    ["a field that tasks have not", { id: "x", version: 9 }],
    ["another owner", { id: "x", userId: "y" }],
  ])("refuses %s before anything runs", async (_case, input) => {
    const answer = await person.send(
      "mutation ($i: UpdateTaskInput!) { updateTask(input: $i) { __typename } }",
      {
        i: input,
      },
    );
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(await api.get(task.id)).toEqual(task);
  });

  it("answers NotFoundError for what is not there, whatever else is given", async () => {
    const ids = ["", "x", task.id.toLowerCase(), Buffer.from("Task:1").toString("base64"), person.id];
    for (const id of ids) {
      const results = [await api.update({ id }), await api.update({ id, title: "t", expectedVersion: 1 })];
      expect(results.map((result) => result.__typename)).toEqual(["NotFoundError", "NotFoundError"]);
    }
  });
});
