import { startServer, type TestServer } from "../helpers/server.ts";
import { ownedTables, signUpVictim, uuidOf, type Victim } from "./pair.ts";
import { openRawSql, type RawSql } from "./raw-sql.ts";

/** Two users with three tasks and a deleted one each, and a way to try SQL between them. */
export type TwoUsers = {
  server: TestServer;
  sql: RawSql;
  a: Victim;
  b: Victim;
  idA: string;
  idB: string;
  tables: { name: string; owner: string }[];
  /** By table, a row of B's as JSON under a new id. */
  copies: Map<string, string>;
  close(): Promise<void>;
};

export const roles = [
  "ownlist_admin",
  "ownlist_app",
  "ownlist_housekeeping",
  "ownlist_limits",
  "ownlist_login",
];

/** What PostgreSQL says to those who may not. */
export const refused = { code: "42501" };

/** @returns a statement that adds a row given as JSON */
export const insert = (table: string) =>
  `INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1)`;

export async function startTwoUsers(): Promise<TwoUsers> {
  const server = await startServer();
  const [a, b] = [await signUpVictim(server, "canary-a", 3), await signUpVictim(server, "canary-b", 3)];
  const [idA, idB] = [uuidOf(a.person.id), uuidOf(b.person.id)];
  const tables = await ownedTables(server);
  const copies = new Map<string, string>();
  for (const { name, owner } of tables) {
    const { rows } = await server.admin.query(
      `SELECT to_jsonb(t) AS row FROM ${name} AS t WHERE ${owner} = $1`,
      [idB],
    );
    const row = { ...rows[0].row, id: "01890000-0000-7000-8000-00000000000a" };
    if (name === "users") row.email_key = "new@example.com";
    copies.set(name, JSON.stringify(row));
  }
  const sql = await openRawSql(server);
  const close = async () => {
    await sql.end();
    await server.close();
  };
  return { server, sql, a, b, idA, idB, tables, copies, close };
}
