import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { filters, orderFields, type View, walk } from "../tasks/seeded-list.ts";
import { createTaskApi, type TaskApi } from "../tasks/task-api.ts";
import { signUpVictim, type Victim } from "./pair.ts";

let server: TestServer;
let victim: Victim;
let later: Victim;
let own: TaskApi;

// The person's three tasks lie between those of two others, in the database and in every order.
beforeAll(async () => {
  server = await startServer();
  victim = await signUpVictim(server, "canary-before");
  own = createTaskApi(await signUp(server));
  for (const day of [15, 16])
    await own.add({ title: `canary-c ${day}`, due: { date: `2026-11-${day}` }, priority: "LOW" });
  await own.add({ title: "canary-c undated" });
  later = await signUpVictim(server, "canary-zz-after");
});
afterAll(() => server.close());

const views: View[] = orderFields.flatMap((field) =>
  (["ASC", "DESC"] as const).map((direction) => ({ orderBy: { field, direction } })),
);

const isOwn = (title: string) => title.startsWith("canary-c ");

describe("a list", () => {
  it.each(views)(
    "by $orderBy.field $orderBy.direction ends where the viewer's own tasks end",
    async (view) => {
      for (const from of ["start", "end"] as const) {
        const pages = await walk(own, view, 1, from);
        expect(pages).toHaveLength(3);
        for (const { edges, totalCount } of pages) {
          expect(totalCount).toBe(3);
          expect(edges.every(({ node }) => isOwn(node.title))).toBe(true);
        }
      }
    },
  );

  it.each(views)(
    "by $orderBy.field $orderBy.direction with somebody else's cursors holds the viewer's own alone",
    async (view) => {
      for (const { api } of [victim, later]) {
        for (const [n, { cursor }] of (await api.list({ ...view, first: 100 })).edges.entries()) {
          if (n % 3 > 0) continue;
          const [behind, before] = [
            await own.list({ ...view, after: cursor, first: 100 }),
            await own.list({ ...view, before: cursor, last: 100 }),
          ];
          // The foreign cursor is a place between the own tasks: each of them is on one side of it.
          expect(behind.edges.length + before.edges.length).toBe(3);
          for (const { edges, pageInfo, totalCount } of [behind, before]) {
            expect(edges.every(({ node }) => isOwn(node.title))).toBe(true);
            expect(totalCount).toBe(3);
            expect(pageInfo.hasNextPage && pageInfo.hasPreviousPage).toBe(false);
          }
          expect(behind.pageInfo).toMatchObject({
            hasNextPage: false,
            hasPreviousPage: before.edges.length > 0,
          });
          expect(before.pageInfo).toMatchObject({
            hasPreviousPage: false,
            hasNextPage: behind.edges.length > 0,
          });
        }
      }
    },
  );

  it("finds nothing by what only others' tasks say", async () => {
    for (const search of ["canary-before", "canary-zz", "of canary", "deleted"]) {
      const page = await own.list({ filter: { search } });
      expect(page).toMatchObject({ edges: [], totalCount: 0, pageInfo: { hasNextPage: false } });
    }
    expect(await own.list({ filter: { search: "canary" } })).toMatchObject({ totalCount: 3 });
  });

  it("counts the viewer's own alone, whatever the filter", async () => {
    for (const filter of filters) {
      const { edges, totalCount } = await own.list({ filter, first: 100 });
      expect(totalCount).toBe(edges.length);
      expect(edges.every(({ node }) => isOwn(node.title))).toBe(true);
    }
  });

  it("of somebody new is empty, however full the database is", async () => {
    const newcomer = createTaskApi(await signUp(server));
    for (const view of views) {
      for (const page of [{ first: 5 }, { last: 5 }]) {
        expect(await newcomer.list({ ...view, ...page })).toEqual({
          edges: [],
          pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
          totalCount: 0,
        });
      }
    }
  });

  it("says nothing of others' tasks by whether there is more around a foreign cursor", async () => {
    const newcomer = createTaskApi(await signUp(server));
    const { edges } = await victim.api.list({ first: 100 });
    const middle = edges[6]?.cursor;
    for (const page of [
      { after: middle },
      { before: middle, last: 5 },
      { after: middle, before: edges[8]?.cursor },
    ]) {
      const { pageInfo } = await newcomer.list(page);
      expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    }
  });
});
