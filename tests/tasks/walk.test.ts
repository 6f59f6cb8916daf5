import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TaskOrder } from "../../client/src/generated/graphql.ts";
import { compareTasks, isMatch } from "../../client/src/graphql/task-order.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { passes, seedList, sortTasks, type View, views, walk } from "./seeded-list.ts";
import type { Page, Task, TaskApi } from "./task-api.ts";

let clock: number | null = null;
let server: TestServer;
let api: TaskApi;
let tasks: Task[];

beforeAll(async () => {
  server = await startServer({ now: () => new Date(clock ?? Date.now()) });
  ({ api, tasks } = await seedList(server, 220, (time) => {
    clock = time;
  }));
});
afterAll(() => server.close());

const nodesOf = (page: Page) => page.edges.map(({ node }) => node);
const idsOf = (page: Page) => nodesOf(page).map(({ id }) => id);
/** Tasks a page. */
const size = 31;

const nameOf = ({ filter, orderBy }: View) =>
  `${orderBy.field} ${orderBy.direction} of ${JSON.stringify(filter)}`;

/** Whether the web client has such a view. */
const isClients = ({ filter = {} }: View) =>
  Object.keys(filter).every((name) => name === "completed" || name === "search");

describe("a list of a few hundred tasks", () => {
  it.each(views.map((view) => [nameOf(view), view] as const))(
    "by %s: pages in either direction hold every task once, in the same order",
    async (_name, view) => {
      const expected = sortTasks(tasks, view).filter((task) => passes(task, view));
      const forward = await walk(api, view, size, "start");
      expect(forward.flatMap(idsOf)).toEqual(expected.map(({ id }) => id));
      const backward = await walk(api, view, size, "end");
      expect(backward.toReversed().flatMap(idsOf)).toEqual(expected.map(({ id }) => id));
      for (const pages of [forward, backward.toReversed()]) {
        expect(pages).toHaveLength(Math.max(1, Math.ceil(expected.length / size)));
        for (const [n, { pageInfo, edges, totalCount }] of pages.entries()) {
          expect(totalCount).toBe(expected.length);
          expect(pageInfo).toEqual({
            hasPreviousPage: n > 0,
            hasNextPage: n < pages.length - 1,
            startCursor: edges[0]?.cursor ?? null,
            endCursor: edges.at(-1)?.cursor ?? null,
          });
        }
      }
    },
  );

  it.each(views.filter(isClients).map((view) => [nameOf(view), view] as const))(
    "by %s: is sorted and filtered as the web client does it",
    async (_name, { filter = {}, orderBy }) => {
      const order = orderBy as TaskOrder;
      const sorted = (await walk(api, { filter, orderBy }, 100, "start")).flatMap(nodesOf);
      expect(sorted.map(({ id }) => id).toSorted()).toEqual(
        tasks
          .filter((task) => isMatch(task, filter))
          .map(({ id }) => id)
          .toSorted(),
      );
      // Equal ones follow their creation, of which the client knows milliseconds.
      for (const [index, task] of sorted.slice(1).entries())
        expect(compareTasks(sorted[index] ?? task, task, order)).toBeLessThanOrEqual(0);
    },
  );

  it("answers the nodes as they are", async () => {
    const view: View = { orderBy: { field: "CREATED_AT", direction: "ASC" } };
    const nodes = (await walk(api, view, 50, "start")).flatMap(nodesOf);
    expect(nodes).toEqual(sortTasks(tasks, view));
  });
});
