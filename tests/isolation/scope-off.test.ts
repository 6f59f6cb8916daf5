import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startServer } from "../helpers/server.ts";
import { attacks } from "./attacks.ts";
import { describeMatrix } from "./matrix.ts";
import { ownedTables } from "./pair.ts";
import { createWorld, type World } from "./world.ts";

// The one place where a module of the server is replaced: there is no switch that ships.
vi.mock("../../src/db/owner-filter.ts", () => {
  type Args = { where?: object; data?: object } | undefined;

  /** The same filter without a word on whose rows are meant. */
  function withoutOwner(part: unknown): unknown {
    if (Array.isArray(part)) return part.map(withoutOwner);
    if (part === null || typeof part !== "object" || part instanceof Date) return part;
    const others = Object.entries(part).filter(([column]) => column !== "userId");
    return Object.fromEntries(others.map(([column, value]) => [column, withoutOwner(value)]));
  }

  const unscoped = (_scope: object, args: Args) => ({ ...args, where: withoutOwner(args?.where ?? {}) });
  // A new row has to be somebody's: it stays the one's whom the caller names.
  return { atOwner: unscoped, changeWithin: unscoped, createWithin: (_scope: object, args: Args) => args };
});

const read = "query ($id: ID!) { task(id: $id) { title } node(id: $id) { id } nodes(ids: [$id]) { id } }";

describe("without the scope in the code, and without row-level security as well,", () => {
  let world: World;

  beforeAll(async () => {
    const server = await startServer();
    for (const { name } of await ownedTables(server))
      await server.admin.query(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`);
    world = await createWorld(server);
  });
  afterAll(() => world.server.close());

  it("foreign tasks are served", async () => {
    const [id] = world.victim.taskIds;
    const seen = await world.attacker.data(read, { id });
    expect(seen).toEqual({ task: { title: "canary-of-the-victim 0" }, node: { id }, nodes: [{ id }] });
  });

  // A title that can't be is refused before any row is looked for.
  const blind = ["Mutation.updateTask(input.id), way 6, as another user"];
  const asAnother = attacks.filter(
    ({ title }) => title.endsWith("as another user") && !blind.includes(title),
  );
  // Last what ends the victim's own session, without which the others have nothing to look at.
  const isLast = ({ title }: { title: string }) => Number(title.startsWith("Mutation.revoke"));
  const seeing = asAnother.toSorted((one, other) => isLast(one) - isLast(other));

  it.for(seeing)("$title finds leaks, and so shows below what row-level security does", async ({ run }) => {
    expect((await run(world)).leaks).not.toEqual([]);
  });
});

describeMatrix("The scope in the code switched off", startServer);
