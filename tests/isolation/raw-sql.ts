import pg from "pg";
import type { TestServer } from "../helpers/server.ts";
import { directly } from "./connections.ts";

/** A role and the settings that its policies look at; without a role it is the server's login role itself. */
export type Guise = { role?: string; settings?: Record<string, string> };

export type Outcome =
  | { rows: Record<string, unknown>[]; count: number }
  | { code: string; error: pg.DatabaseError };

/** One connection as the server logs in. */
export type RawSql = {
  /** Runs statements in a transaction that is undone, as whoever is given, and says how the last one went. */
  try(guise: Guise, statements: string | string[], values?: unknown[]): Promise<Outcome>;
  notices: string[];
  end(): Promise<void>;
};

export async function openRawSql(server: TestServer): Promise<RawSql> {
  const client = new pg.Client(directly(server));
  const notices: string[] = [];
  client.on("notice", ({ message }) => notices.push(message ?? ""));
  await client.connect();

  async function begin({ role, settings = {} }: Guise) {
    await client.query("BEGIN");
    for (const [name, value] of Object.entries(settings))
      await client.query("SELECT set_config($1, $2, true)", [name, value]);
    if (role !== undefined) await client.query(`SET LOCAL ROLE ${role}`);
  }

  return {
    notices,
    async try(guise, statements, values) {
      await begin(guise);
      try {
        const [last = "", ...before] = [statements].flat().reverse();
        for (const statement of before.reverse()) await client.query(statement);
        const { rows, rowCount } = await client.query(last, values);
        return { rows, count: rowCount ?? 0 };
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        return { code: error.code ?? "", error };
      } finally {
        await client.query("ROLLBACK");
      }
    },
    end: () => client.end(),
  };
}

const insufficientPrivilege = "42501";

/** Whether a statement was refused, or found nothing to read or change. */
export function cameToNothing(outcome: Outcome): boolean {
  return "code" in outcome ? outcome.code === insufficientPrivilege : outcome.count === 0;
}
