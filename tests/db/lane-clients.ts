import pg from "pg";
import { onTestFinished, vi } from "vitest";

/** A lane's connection, seen from outside: what it was asked, and what of that is not answered yet. */
export type LaneClient = pg.Client & {
  connection: { stream: { destroy(): void; readonly writable: boolean } };
};

export type Sent = { text: string; values: unknown[]; isAnswered: boolean };

type Submitted = { text?: string; values?: unknown[]; callback?: (...answer: unknown[]) => void };

/** Looks at all lanes that are opened and asked until the test is over, oldest first; they work as ever. */
export function watchLanes(): Map<LaneClient, Sent[]> {
  const lanes = new Map<LaneClient, Sent[]>();
  const original = pg.Client.prototype.query;
  const spy = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (
    this: LaneClient,
    ...args: unknown[]
  ) {
    const [query] = args as [string | Submitted];
    const all = lanes.get(this) ?? [];
    if (this.pipeline) lanes.set(this, all);
    if (this.pipeline && typeof query !== "string" && query.callback) {
      const { text = "", values = [], callback } = query;
      const sent: Sent = { text, values, isAnswered: false };
      all.push(sent);
      query.callback = (...answer) => {
        sent.isAnswered = true;
        callback(...answer);
      };
    }
    return original.apply(this, args as never);
  } as never);
  onTestFinished(() => spy.mockRestore());
  return lanes;
}

const stateQuery = `SELECT coalesce(current_setting('app.user_id', true), '') AS id, current_user = session_user AS "isItself",
  current_setting('role') AS role, current_setting('statement_timeout') AS time`;

/** What a lane's connection shows to whoever is bound to nobody, between others' groups. */
export async function stateOf(client: pg.Client) {
  const { rows } = await client.query<Record<string, unknown>>(stateQuery);
  return rows[0];
}

export const unbound = { id: "", isItself: true, role: "none", time: "150ms" };
