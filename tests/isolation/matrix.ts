import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestServer } from "../helpers/server.ts";
import { attacks } from "./attacks.ts";
import { createWorld, note, type World } from "./world.ts";

/**
 * Tries on one server all that the matrix knows.
 *
 * @param what says in the report which server it is
 * @param check proves, before, that the server is what it is said to be
 */
export function describeMatrix(
  what: string,
  start: () => Promise<TestServer>,
  check: (world: World) => Promise<void> = async () => {},
) {
  describe(what, () => {
    let world: World;

    beforeAll(async () => {
      world = await createWorld(await start());
      await check(world);
    });
    afterAll(() => world.server.close());

    it.for(attacks)("$title finds nothing and changes nothing", async ({ run }, { task }) => {
      const { answers, leaks } = await run(world);
      await note(task.meta, world.server, { what, answers, leaks: leaks.length });
      expect(leaks.slice(0, 3)).toEqual([]);
      expect(answers).toBeGreaterThan(0);
    });
  });
}
