import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../helpers/server.ts";
import { type Bleeding, bleed } from "./bleed.ts";
import { note } from "./world.ts";

const people = 50;
/** The full run, which prove.ts asks for, looks at many more. */
const count = Number(process.env.BLEED_ANSWERS ?? 2500);

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

describe("fifty people on a few sockets at once", () => {
  let found: Bleeding;

  it("each get answers of their own, and of nobody else", async ({ task }) => {
    found = await bleed(server, people, count);
    const { answers, leaks, faults } = found;
    const what = `${people} users at once on 12 sockets`;
    await note(task.meta, server, { what, answers, leaks: leaks.length });
    expect(leaks.slice(0, 3)).toEqual([]);
    expect(faults.slice(0, 3)).toEqual([]);
    expect(answers).toBeGreaterThanOrEqual(count);
  }, 1_200_000);

  it("have in the end just what they made", async () => {
    for (const { api, canary } of found.users) {
      const { edges } = await api.list({ first: 100 });
      expect(edges.length).toBeGreaterThan(4);
      expect(edges.every(({ node }) => node.title.startsWith(canary))).toBe(true);
      expect(edges.every(({ node }) => (node.description ?? canary).includes(canary))).toBe(true);
    }
  });
});
