import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, type TaskApi } from "./task-api.ts";

let server: TestServer;
let person: Person;
let api: TaskApi;

const berlin = (date: string, time: string) => ({ date, time, timeZone: "Europe/Berlin" });

const tasks = [
  { title: "open" },
  { title: "done", completed: true },
  { title: "low", priority: "LOW" },
  { title: "urgent done", priority: "URGENT", completed: true },
  { title: "20th", due: { date: "2026-11-20" }, priority: "LOW" },
  { title: "20th late", due: berlin("2026-11-20", "23:59") },
  { title: "21st", due: { date: "2026-11-21" }, completed: true },
  { title: "21st first", due: { ...berlin("2026-11-21", "00:00"), timeZone: "Pacific/Kiritimati" } },
  { title: "21st last", due: { ...berlin("2026-11-21", "23:59"), timeZone: "Pacific/Pago_Pago" } },
  { title: "22nd early", due: berlin("2026-11-22", "00:00"), priority: "LOW", completed: true },
  { title: "year one", due: { date: "0001-01-01" } },
  { title: "last year", due: berlin("9999-12-31", "22:00") },
];

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  api = createTaskApi(person);
  for (const { completed, ...input } of tasks) {
    const { id } = await api.add(input);
    if (completed) await api.change({ id, completed });
  }
});
afterAll(() => server.close());

const all = tasks.map(({ title }) => title);
const done = ["done", "urgent done", "21st", "22nd early"];
const open = all.filter((title) => !done.includes(title));
const low = ["low", "20th", "22nd early"];

describe("a filter", () => {
  it.each([
    ["none", undefined, all],
    ["null", null, all],
    ["an empty one", {}, all],
    ["nulls everywhere", { completed: null, priority: null, dueFrom: null, dueTo: null, search: null }, all],
    ["what is done", { completed: true }, done],
    ["what is open", { completed: false }, open],
    ["one priority", { priority: ["LOW"] }, low],
    ["one priority, not as a list", { priority: "LOW" }, low],
    ["two priorities", { priority: ["LOW", "URGENT"] }, [...low, "urgent done"]],
    ["a priority named often", { priority: Array(900).fill("URGENT") }, ["urgent done"]],
    ["no priority at all", { priority: [] }, []],
    ["every priority", { priority: ["NONE", "LOW", "MEDIUM", "HIGH", "URGENT"] }, all],
    [
      "a day, in each task's own zone",
      { dueFrom: "2026-11-21", dueTo: "2026-11-21" },
      ["21st", "21st first", "21st last"],
    ],
    ["from a day on", { dueFrom: "2026-11-22" }, ["22nd early", "last year"]],
    ["up to a day", { dueTo: "2026-11-20" }, ["20th", "20th late", "year one"]],
    ["a range that ends before it starts", { dueFrom: "2026-11-22", dueTo: "2026-11-20" }, []],
    [
      "all of time, which leaves out what is not due",
      { dueFrom: "0001-01-01", dueTo: "9999-12-31" },
      all.slice(4),
    ],
    ["the last day there is", { dueFrom: "9999-12-31" }, ["last year"]],
    ["the first day there is", { dueTo: "0001-01-01" }, ["year one"]],
    ["done, low and due", { completed: true, priority: ["LOW"], dueFrom: "0001-01-01" }, ["22nd early"]],
    [
      "everything together",
      { completed: false, priority: ["NONE"], dueFrom: "2026-11-20", dueTo: "2026-11-21", search: "21ST f" },
      ["21st first"],
    ],
  ])("for %s lets through what it says, and counts it", async (_case, filter, expected) => {
    expect((await api.titles({ filter })).sort()).toEqual([...expected].sort());
    expect((await api.list({ filter, first: 1 })).totalCount).toBe(expected.length);
  });

  it("counts without reading the list too", async () => {
    const { tasks: list } = await person.data("{ tasks(filter: { completed: true }) { totalCount } }");
    expect(list).toEqual({ totalCount: 4 });
  });

  it.each([
    ["a field that there is none of", { id: "x" }],
    ["an operator", { search: { contains: "a" } }],
    ["an operator on completed", { completed: { not: true } }],
    ["null among priorities", { priority: [null] }],
    ["an unknown priority", { priority: ["HUGE"] }],
    ["a number as priority", { priority: [1] }],
    ["somebody as the owner", { userId: "x" }],
    ["a combination", { OR: [] }],
    ["a day that is none", { dueFrom: "2026-02-30" }],
  ])("with %s is refused before it runs", async (_case, filter) => {
    const answer = await person.send("query ($f: TaskFilter) { tasks(filter: $f) { totalCount } }", {
      f: filter,
    });
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(answer.data).toBeUndefined();
  });
});
