import { expect, it } from "vitest";
import { webAddress } from "../../src/config/values.ts";
import { ownPaths } from "../../src/server/routes.ts";

it("a server can't lie below a path that is an address of its own", () => {
  expect(ownPaths.length).toBeGreaterThan(4);
  const isTaken = (path: string) => !webAddress().safeParse(`https://tasks.example.com${path}`).success;
  expect(ownPaths.filter((path) => !isTaken(path))).toEqual([]);
  expect(isTaken("/tasks")).toBe(false);
});
