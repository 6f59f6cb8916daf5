import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { type View, walk } from "./seeded-list.ts";
import { createTaskApi, type Task, type TaskApi } from "./task-api.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const priorities = ["NONE", "LOW", "MEDIUM", "HIGH", "URGENT"];

/** An input that falls anywhere in every order. */
const inputOf = (n: number) => ({
  title: `${String.fromCharCode(97 + (n % 26))} ${n % 3}`,
  priority: priorities[n % 5],
  due: n % 2 === 0 ? null : { date: `2026-${String(1 + (n % 12)).padStart(2, "0")}-15` },
});

async function personWith(count: number): Promise<{ api: TaskApi; tasks: Task[] }> {
  const api = createTaskApi(await signUp(server));
  const tasks = await Promise.all(Array.from({ length: count }, (_, n) => api.add(inputOf(n * 7))));
  return { api, tasks };
}

const orders: View[] = ["CREATED_AT", "UPDATED_AT", "DUE", "PRIORITY", "TITLE"].flatMap((field) =>
  (["ASC", "DESC"] as const).map((direction) => ({ orderBy: { field, direction } })),
);
const cases = orders.flatMap((view) =>
  (["start", "end"] as const).map(
    (from) => [`${view.orderBy.field} ${view.orderBy.direction} from the ${from}`, view, from] as const,
  ),
);

describe("walking through a list that changes", () => {
  it.each(cases)("by %s shows each lasting task once while others come and go", async (_name, view, from) => {
    const { api, tasks } = await personWith(48);
    const lasting = tasks.filter((_, n) => n % 4 !== 0);
    const doomed = tasks.filter((_, n) => n % 4 === 0);
    let comers = 0;
    let isWalking = true;
    const disturb = async () => {
      while (isWalking) {
        const victim = doomed.pop();
        await api.add(inputOf(comers++ * 11));
        if (victim) await api.remove(victim.id);
      }
    };
    const disturbance = disturb();
    // With each page the list also changes for certain; the next is asked for only after that.
    const pages = await walk(api, view, 7, from, async () => {
      await api.add(inputOf(comers++ * 13));
      // A walk towards where new tasks appear would follow them for ever.
      if (comers > 80) isWalking = false;
    });
    isWalking = false;
    await disturbance;
    const seen = pages.flatMap(({ edges }) => edges.map(({ node }) => node.id));
    expect(new Set(seen).size).toBe(seen.length);
    expect(lasting.filter(({ id }) => !seen.includes(id))).toEqual([]);
  });

  it.each(cases)("by %s goes on behind a cursor whose task is gone", async (_name, view, from) => {
    const { api, tasks } = await personWith(30);
    const gone: string[] = [];
    const pages = await walk(api, view, 6, from, async ({ edges }) => {
      for (const { node } of edges) {
        await api.remove(node.id);
        gone.push(node.id);
      }
    });
    const seen = pages.flatMap(({ edges }) => edges.map(({ node }) => node.id));
    expect(seen).toHaveLength(tasks.length);
    expect(new Set(seen)).toEqual(new Set(tasks.map(({ id }) => id)));
    // Behind the walk nothing is left, and the pages knew.
    const [, ...later] = pages;
    for (const { pageInfo } of later) {
      expect(from === "start" ? pageInfo.hasPreviousPage : pageInfo.hasNextPage).toBe(false);
    }
  });

  it("keeps its place when the task at the cursor moves elsewhere", async () => {
    const { api } = await personWith(30);
    const orderBy = { field: "TITLE", direction: "ASC" };
    const whole = (await api.list({ orderBy, first: 100 })).edges.map(({ node }) => node.id);
    const first = await api.list({ orderBy, first: 10 });
    const moved = first.edges[9]?.node.id ?? "";
    await api.change({ id: moved, title: "zzz" });
    const rest = await api.list({ orderBy, first: 100, after: first.pageInfo.endCursor });
    expect(rest.edges.map(({ node }) => node.id)).toEqual([...whole.slice(10), moved]);
  });

  it("sees what the same person has just written, on every page", async () => {
    const { api } = await personWith(0);
    for (let n = 0; n < 30; n++) {
      const { id } = await api.add({ title: `own ${n}` });
      expect((await api.list({ first: 1 })).edges[0]?.node.id).toBe(id);
      expect(
        (await api.list({ last: 1, orderBy: { field: "CREATED_AT", direction: "ASC" } })).totalCount,
      ).toBe(n + 1);
    }
  });

  it("by the time of creation misses none of those made in parallel", async () => {
    const { api } = await personWith(0);
    const made = await Promise.all(
      Array.from({ length: 100 }, (_, n) => api.add({ title: `parallel ${n}` })),
    );
    const view: View = { orderBy: { field: "CREATED_AT", direction: "ASC" } };
    const seen = (await walk(api, view, 9, "start")).flatMap(({ edges }) => edges.map(({ node }) => node));
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(made.map(({ id }) => id)));
    const times = seen.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted());
  });
});
