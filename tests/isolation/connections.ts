import type pg from "pg";
import { inject } from "vitest";
import type { TestServer } from "../helpers/server.ts";

/** As the server logs in, and with no pooler between: what is left on a connection stays with it. */
export function directly({ connection }: TestServer): pg.ClientConfig {
  const { host, port } = inject("postgres");
  return { ...connection, host, port };
}

/** What a connection has left of whoever used it last. */
export type Leftover = { role: string; settings: string; status: string | null };

export const clean: Leftover = { role: "none", settings: "", status: "I" };

const stateQuery = `SELECT current_setting('role') AS role, current_user = session_user AS "isItself",
  concat(current_setting('app.user_id', true), current_setting('app.email_key', true), current_setting('app.now', true)) AS settings`;

/** Holds all connections that a pool may have at once, and looks at what is left on each. */
export async function leftoversOf(pool: pg.Pool): Promise<Leftover[]> {
  const clients = await Promise.all(Array.from({ length: pool.options.max ?? 0 }, () => pool.connect()));
  try {
    return await Promise.all(
      clients.map(async (client) => {
        const { isItself, ...state } = (await client.query(stateQuery)).rows[0];
        const role = isItself ? state.role : `somebody else, ${state.role}`;
        return { ...state, role, status: client.getTransactionStatus() };
      }),
    );
  } finally {
    for (const client of clients) client.release();
  }
}
