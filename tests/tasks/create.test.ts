import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, type TaskApi, wrongFields } from "./task-api.ts";

let server: TestServer;
let person: Person;
let api: TaskApi;

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  api = createTaskApi(person);
});
afterAll(() => server.close());

const countTasks = async () => (await server.admin.query("SELECT count(*)::int FROM tasks")).rows[0].count;

describe("createTask", () => {
  it("makes an open task at version 1 from a title alone", async () => {
    const before = Date.now();
    const task = await api.add({ title: "water the plants" });
    expect(task).toMatchObject({
      title: "water the plants",
      description: null,
      completed: false,
      version: 1,
    });
    expect(task).toMatchObject({ completedAt: null, due: null, priority: "NONE" });
    expect(task.updatedAt).toBe(task.createdAt);
    expect(task.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(task.createdAt)).toBeGreaterThanOrEqual(before - 1);
    expect(Date.parse(task.createdAt)).toBeLessThanOrEqual(Date.now());
    expect(await api.get(task.id)).toEqual(task);
  });

  it("takes null for a field that may be left out as if it were", async () => {
    const task = await api.add({ title: "nothing said", description: null, due: null, priority: null });
    expect(task).toMatchObject({ description: null, due: null, priority: "NONE" });
  });

  it.each(["NONE", "LOW", "MEDIUM", "HIGH", "URGENT"])("keeps the priority %s", async (priority) => {
    const { id } = await api.add({ title: priority, priority });
    expect((await api.get(id))?.priority).toBe(priority);
  });

  it("gives ids and times of creation in the order in which tasks are made", async () => {
    const made = [];
    for (let n = 0; n < 20; n++) made.push(await api.add({ title: `in order ${n}` }));
    const rowIds = made.map(({ id }) => Buffer.from(id, "base64").toString());
    expect([...rowIds].sort()).toEqual(rowIds);
    const times = made.map(({ createdAt }) => createdAt);
    expect([...times].sort()).toEqual(times);
    const newest = await api.titles({ first: 20 });
    expect(newest).toEqual(made.map(({ title }) => title).reverse());
  });

  it("names every problem of the input at once, each by its path", async () => {
    const due = { date: "2026-11-21", time: "09:30", timeZone: "Nowhere/Land" };
    const before = await countTasks();
    const result = await api.create({ title: " ", description: "d".repeat(20_001), due });
    expect(result.__typename).toBe("ValidationError");
    expect(wrongFields(result).sort()).toEqual(["description", "due.timeZone", "title"]);
    for (const { message } of result.fieldErrors ?? []) expect(result.message).toContain(message);
    expect(await countTasks()).toBe(before);
  });

  it.each([
    ["nothing of the result", "{ __typename }"],
    ["errors alone", "{ ... on Error { message } }"],
    ["the payload's type alone", "{ ... on CreateTaskPayload { __typename } }"],
    ["the task's type alone", "{ ... on CreateTaskPayload { task { __typename } } }"],
    ["the task under two names", "{ ... on CreateTaskPayload { a: task { title } b: task { version } } }"],
    ["a task that is skipped", "{ __typename ... on CreateTaskPayload { task @skip(if: true) { id } } }"],
  ])("creates the task also when the caller asks for %s", async (_case, selection) => {
    const before = await countTasks();
    const answer = await person.send(`mutation { createTask(input: { title: "unseen" }) ${selection} }`);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.errors).toBeUndefined();
    expect(await countTasks()).toBe(before + 1);
  });

  it.each([
    ["no title", {}],
    ["null for the title", { title: null }],
    ["a number for the title", { title: 5 }],
    ["an object for the title", { title: { contains: "" } }],
    ["a list for the title", { title: ["a"] }],
    ["an unknown priority", { title: "t", priority: "HUGE" }],
    ["a number for the priority", { title: "t", priority: 4 }],
    ["a lower-case priority", { title: "t", priority: "high" }],
    ["a field that createTask has not", { title: "t", completed: true }],
    ["somebody's id", { title: "t", userId: "00000000-0000-7000-8000-000000000000" }],
    ["a row's id", { title: "t", id: "VGFzazow" }],
    ["a version", { title: "t", version: 7 }],
    ["a time of creation", { title: "t", createdAt: "2020-01-01T00:00:00.000Z" }],
  ])("refuses %s before anything runs", async (_case, input) => {
    const before = await countTasks();
    const answer = await person.send(
      "mutation ($i: CreateTaskInput!) { createTask(input: $i) { __typename } }",
      {
        i: input,
      },
    );
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(answer.data).toBeUndefined();
    expect(await countTasks()).toBe(before);
  });

  it("creates all or what can be of several tasks in one request, each with its own answer", async () => {
    const { a, b, c } = await person.data(`mutation {
      a: createTask(input: { title: "first of three" }) { __typename }
      b: createTask(input: { title: "" }) { __typename }
      c: createTask(input: { title: "third of three" }) { __typename }
    }`);
    expect([a, b, c].map((result) => result.__typename)).toEqual([
      "CreateTaskPayload",
      "ValidationError",
      "CreateTaskPayload",
    ]);
    expect((await api.titles({ first: 2 })).slice(0, 2)).toEqual(["third of three", "first of three"]);
  });
});
