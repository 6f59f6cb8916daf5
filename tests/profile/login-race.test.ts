import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { login } from "../auth/accounts.ts";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

it("check 11: a login that compared the old password while it was being changed lets nobody in", async () => {
  const ann = await signUp(server, "ann");
  const change = await server.admin.connect();
  await change.query("BEGIN");
  await change.query(
    "UPDATE users SET hashed_password = overlay(hashed_password PLACING 'another' FROM 40) WHERE email = $1",
    [ann.email],
  );
  const late = login(server, { email: ann.email, password });
  await vi.waitFor(async () => {
    const { rowCount } = await server.admin.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    expect(rowCount).toBe(1);
  }, 10_000);
  await change.query("COMMIT");
  change.release();
  expect((await late).__typename).toBe("InvalidCredentialsError");
  const { rows } = await server.admin.query(
    "SELECT count(*)::int AS n FROM sessions JOIN users ON users.id = user_id WHERE email = $1",
    [ann.email],
  );
  expect(rows).toEqual([{ n: 1 }]);
});
