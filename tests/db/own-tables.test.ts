import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyOwnTable } from "../../src/db/own-tables.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { ownedTables } from "../isolation/pair.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

type Policy = { name: string; policy: string; qual: string };

/** The policies of the tables of users' things that a role's statements have to pass. */
async function policiesFor(role: string): Promise<Policy[]> {
  const { rows } = await server.admin.query<Policy>(
    `SELECT tablename AS name, policyname AS policy, qual FROM pg_policies
     WHERE $1 = ANY(roles) AND tablename = ANY($2) ORDER BY 1`,
    [role, everyOwnTable.map(({ name }) => name)],
  );
  return rows;
}

const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);

describe("the tables of users' things in the code are those of the database", () => {
  it("by name, and by the column that says whose a row is", async () => {
    const columns = { id: "id", userId: "user_id" };
    const known = everyOwnTable.map(({ name, owner }) => ({ name, owner: columns[owner] }));
    expect(known.sort(byName)).toEqual((await ownedTables(server)).sort(byName));
  });

  it("by what housekeeping finds: after how long, of which column", async () => {
    const ages = (await policiesFor("ownlist_housekeeping")).map(({ name, policy, qual }) => {
      const [, column, hours] = /^\((\w+) < .* - '(\d+):00:00'::interval\)\)\)$/.exec(qual) ?? [];
      return { name, policy, column, days: Number(hours) / 24 };
    });
    const expiring = everyOwnTable.flatMap(({ name, expiry }) =>
      expiry ? [{ name, policy: `${name}_expired`, ...expiry }] : [],
    );
    expect(ages).toEqual(expiring.sort(byName));
  });

  it("by what the operator's command counts", async () => {
    const counted = (await policiesFor("ownlist_admin")).filter(({ name }) => name !== "users");
    const known = everyOwnTable.flatMap(({ name, isCounted }) => (isCounted ? [name] : [])).sort();
    expect(counted.map(({ name, policy }) => [name, policy])).toEqual(
      known.map((name) => [name, `${name}_counted`]),
    );
  });
});

describe("own_table()", () => {
  /** The words in which it refuses a table. */
  const refusal = (columns: string) =>
    server.admin.query(`CREATE TABLE things (${columns}); SELECT own_table('things')`).then(
      () => null,
      (error: Error) => error.message,
    );

  it("refuses a table whose key does not begin with the user, or whose rows would stay without them", async () => {
    const columns = "user_id uuid, id uuid, seq bigint NOT NULL DEFAULT 0";
    const user = "FOREIGN KEY (user_id) REFERENCES users (id)";
    expect(await refusal(`${columns}, PRIMARY KEY (id), ${user} ON DELETE CASCADE`)).toMatch(/primary key/);
    expect(await refusal(`${columns}, PRIMARY KEY (user_id, id)`)).toMatch(/go with their user/);
    expect(await refusal(`${columns}, PRIMARY KEY (user_id, id), ${user}`)).toMatch(/go with their user/);
    expect(await refusal(`${columns}, PRIMARY KEY (user_id, id), ${user} ON DELETE CASCADE`)).toBeNull();
  });

  it("may be called again, with other columns whose change is none", async () => {
    const numbering = async () =>
      (
        await server.admin.query(
          "SELECT encode(tgargs, 'escape') AS columns FROM pg_trigger WHERE tgname = 'things_number'",
        )
      ).rows;
    expect(await numbering()).toEqual([{ columns: "" }]);
    await server.admin.query("SELECT own_table('things', '{id}')");
    expect(await numbering()).toEqual([{ columns: "id\\000" }]);
    await server.admin.query("DROP TABLE things");
  });

  it("is for the tables' owner alone, as are expires() and counted()", async () => {
    for (const call of ["own_table('tasks')", "expires('tasks', 'id')", "counted('tasks')"]) {
      const attempt = server.admin.query(`SELECT set_config('role', 'ownlist_app', true); SELECT ${call}`);
      await expect(attempt).rejects.toMatchObject({ message: /^permission denied for function/ });
    }
  });
});
