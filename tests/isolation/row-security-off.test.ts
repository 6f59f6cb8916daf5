import { expect } from "vitest";
import { startServer, type TestServer } from "../helpers/server.ts";
import { describeMatrix } from "./matrix.ts";
import { ownedTables, uuidOf } from "./pair.ts";

async function startWithoutRowSecurity(): Promise<TestServer> {
  const server = await startServer();
  for (const { name } of await ownedTables(server))
    await server.admin.query(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`);
  return server;
}

describeMatrix("Row-level security switched off in the database", startWithoutRowSecurity, async (world) => {
  // Bound to nobody, the server's own connection sees everything: no policy stands in its way.
  const { rows } = await world.server.pool.query("SELECT user_id AS owner FROM tasks");
  expect(rows).toContainEqual({ owner: uuidOf(world.victim.person.id) });
  expect(rows).toContainEqual({ owner: uuidOf(world.attacker.id) });
});
