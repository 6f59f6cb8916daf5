import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seed } from "../helpers/seed.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { orderFields, passes, seedList, sortTasks, type View, views, walk } from "./seeded-list.ts";
import type { Task, TaskApi } from "./task-api.ts";

const size = 60;

let clock: number | null = null;
let server: TestServer;
let api: TaskApi;
let tasks: Task[];
/** Each task's cursor in each order; the direction makes no difference. */
const cursors = new Map<string, Map<string, string>>();

beforeAll(async () => {
  server = await startServer({ now: () => new Date(clock ?? Date.now()) });
  ({ api, tasks } = await seedList(server, size, (time) => {
    clock = time;
  }));
  for (const field of orderFields) {
    const pages = await walk(api, { orderBy: { field, direction: "ASC" } }, 100, "start");
    cursors.set(
      field,
      new Map(pages.flatMap(({ edges }) => edges.map(({ node, cursor }) => [node.id, cursor]))),
    );
  }
});
afterAll(() => server.close());

type Window = { from: "first" | "last"; count: number; after: number | null; before: number | null };

const places = fc.option(fc.nat(size - 1));
const windows: fc.Arbitrary<Window> = fc.record({
  from: fc.constantFrom("first", "last"),
  count: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 100 })),
  after: places,
  before: places,
});

/** What the page has to be, from an array of all tasks: after and before are places in it. */
function pageOf(view: View, { from, count, after, before }: Window) {
  const sorted = sortTasks(tasks, view);
  const listed = sorted.map((task, place) => ({ task, place })).filter(({ task }) => passes(task, view));
  const inside = listed.filter(({ place }) => place > (after ?? -1) && place < (before ?? size));
  const page = from === "first" ? inside.slice(0, count) : inside.slice(-count);
  const [start, end] = [page[0], page.at(-1)];
  const precedes = (place: number) => (start ? place < start.place : after !== null && place <= after);
  const follows = (place: number) => (end ? place > end.place : before !== null && place >= before);
  return {
    ids: page.map(({ task }) => task.id),
    hasPreviousPage: listed.some(({ place }) => precedes(place)),
    hasNextPage: listed.some(({ place }) => follows(place)),
    totalCount: listed.length,
  };
}

function argumentsOf(view: View, { from, count, after, before }: Window) {
  const sorted = sortTasks(tasks, view);
  const cursor = (place: number | null) =>
    place === null ? null : cursors.get(view.orderBy.field)?.get(sorted[place]?.id ?? "");
  return { ...view, [from]: count, after: cursor(after), before: cursor(before) };
}

describe("a page", () => {
  it("is what an array would give, for any order, filter, size and pair of cursors", async () => {
    const property = fc.asyncProperty(fc.constantFrom(...views), windows, async (view, window) => {
      const { edges, pageInfo, totalCount } = await api.list(argumentsOf(view, window));
      const { hasPreviousPage, hasNextPage } = pageInfo;
      const seen = { ids: edges.map(({ node }) => node.id), hasPreviousPage, hasNextPage, totalCount };
      expect(seen).toEqual(pageOf(view, window));
    });
    await fc.assert(property, { seed, numRuns: 300 });
  }, 120_000);

  it("between a task and itself, its neighbours, or the wrong way round is empty, and says what lies around", async () => {
    for (const view of views.slice(0, 10)) {
      for (const [after, before] of [
        [0, 0],
        [9, 9],
        [9, 10],
        [30, 9],
        [size - 1, 0],
        [size - 1, null],
        [null, 0],
      ]) {
        for (const from of ["first", "last"] as const) {
          const window = { from, count: 5, after: after ?? null, before: before ?? null };
          const { edges, pageInfo } = await api.list(argumentsOf(view, window));
          const { hasPreviousPage, hasNextPage } = pageOf(view, window);
          expect({ window, edges }).toEqual({ window, edges: [] });
          expect({ window, pageInfo }).toEqual({
            window,
            pageInfo: { hasPreviousPage, hasNextPage, startCursor: null, endCursor: null },
          });
        }
      }
    }
  });
});
